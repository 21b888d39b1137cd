#!/usr/bin/env bash
# Packages, release build, all tests and the replay of the fuzz corpora. Ends with ctest's summary.
# Usage: scripts/test.sh [--browser] [arguments for ctest]
#
# --browser also installs what the tests of the report page need: Chromium, node, and playwright-core from npm, whose
# version and hash are in tests/browser/package-lock.json. It goes into build/browser. Without it those tests skip.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ "${1:-}" = --browser ]; then
  shift
  "$root/scripts/setup.sh" --browser
  mkdir -p "$root/build/browser"
  cp "$root"/tests/browser/package*.json "$root/build/browser"
  (cd "$root/build/browser" && cmp -s package-lock.json installed-lock.json ||
    { npm ci --ignore-scripts --no-audit --no-fund >&2 && cp package-lock.json installed-lock.json; }) ||
    echo "test: npm cannot install playwright-core; the browser tests will be skipped" >&2
fi
"$root/scripts/configure.sh"
ctest --test-dir "$root/build/release" --output-on-failure --timeout 900 "$@"
