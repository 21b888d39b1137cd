#!/usr/bin/env bash
# Runs every libFuzzer program for a while, from the committed corpus. Findings lie in build/fuzz/findings.
# Usage: scripts/fuzz.sh [SECONDS each, default 1800] [NAME ...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
seconds=${1:-1800}
[ $# -gt 0 ] && shift
cd "$root"

command -v clang++-14 >/dev/null || { echo "fuzz: needs clang++-14 and libclang-rt-14-dev" >&2; exit 2; }
cmake --preset fuzz
cmake --build --preset fuzz --target fuzzers
findings=build/fuzz/findings
mkdir -p "$findings"
names=("$@")
[ ${#names[@]} -gt 0 ] || for program in build/fuzz/bin/fuzz_*; do names+=("$(basename "$program" | sed 's/^fuzz_//')"); done
for name in "${names[@]}"; do
  grown=build/fuzz/grown/$name
  mkdir -p "$grown"
  echo "fuzz: $name for $seconds s"
  "build/fuzz/bin/fuzz_$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
    -artifact_prefix="$findings/$name-" "$grown" "tests/fuzz/corpus/$name"
done
