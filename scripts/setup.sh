#!/usr/bin/env bash
# Installs the Debian 12 packages of scripts/packages.txt that are missing (apt; sudo when not root).
# Usage: scripts/setup.sh [--browser]   (--browser: also chromium, node and npm, for the tests of the report page)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mapfile -t packages < <(grep -v '^#' "$here/packages.txt")
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${1:-}" = --browser ]; then
  # By program: node and npm often come from elsewhere, and Debian's packages would collide with those.
  for program in chromium:chromium node:nodejs npm:npm; do
    command -v "${program%:*}" >/dev/null || missing+=("${program#*:}")
  done
fi
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "setup: installing ${#missing[@]} packages: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
