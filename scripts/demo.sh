#!/usr/bin/env bash
# From a fresh Debian 12 machine to a dataset one can look at: packages, build, `csgis demo`.
# Usage: scripts/demo.sh [OUT]   (default: demo-out)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$root/demo-out}

"$root/scripts/configure.sh"
"$root/build/release/bin/csgis" demo --out "$out"
echo "Open $out/report.html in a browser."
