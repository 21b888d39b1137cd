#!/usr/bin/env bash
# Builds preset release and makes the Debian package of it; prints its path.
# Usage: scripts/package.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
command -v dpkg-shlibdeps >/dev/null || { echo "package.sh: dpkg-shlibdeps is missing (Debian: dpkg-dev)" >&2; exit 1; }
cmake --preset release >&2
cmake --build --preset release --target csgis csgis_model csgis-net csgis_manuals >&2
rm -rf build/release/package
(cd build/release && cpack -G DEB) >&2
package=$(ls "$root"/build/release/package/*.deb)

# What must not be in a package: a path of this tree, files that others may write, a module that the program cannot find.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb --extract "$package" "$work"
for program in "$work"/usr/bin/*; do
  readelf -d "$program" | grep -E 'RPATH|RUNPATH' | grep -qF '[$ORIGIN/../lib]' || { echo "package.sh: ${program##*/}: wrong RUNPATH" >&2; exit 1; }
done
if grep -rlF "$root" "$work" >&2; then
  echo "package.sh: these files hold paths of the build" >&2
  exit 1
fi
if [ -n "$(find "$work" ! -type l -perm /022)" ]; then
  echo "package.sh: others may write into what is installed" >&2
  exit 1
fi
"$work/usr/bin/csgis" info >/dev/null
echo "$package"
