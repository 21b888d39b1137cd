#!/usr/bin/env bash
# Packages, release build, all tests and the replay of the fuzz corpora. Ends with ctest's summary.
# Usage: scripts/test.sh [arguments for ctest]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$root/scripts/configure.sh"
ctest --test-dir "$root/build/release" --output-on-failure --timeout 900 "$@"
