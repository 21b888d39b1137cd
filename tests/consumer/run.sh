#!/usr/bin/env bash
# Installs the build into a temporary folder and builds a ten-line program against it.
# Usage: run.sh BUILD_FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$1" --prefix "$work/prefix" >/dev/null
cmake -G Ninja -S "$here" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/build"
"$work/prefix/bin/csgis" synth --quiet --out "$work/synth" --scenes 1 --textures 1
"$work/build/consumer" "$work"/synth/scenes/*.png "$work"/synth/textures/*.png | grep -E '^[0-9]{4,} bytes$'
# The installed program finds its network module beside itself.
"$work/prefix/bin/csgis" info | grep -E '^libtorch'
# So are its manual pages and completions.
"$work/prefix/bin/csgis" completion bash | cmp - "$work/prefix/share/bash-completion/completions/csgis"
"$work/prefix/bin/csgis" completion zsh | cmp - "$work/prefix/share/zsh/site-functions/_csgis"
gzip -dcf "$work"/prefix/share/man/man1/csgis-build.1* | grep -q 'dry'
