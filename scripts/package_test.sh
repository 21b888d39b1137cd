#!/usr/bin/env bash
# Makes the Debian package, installs it into a Debian 12 root that holds nothing else, and runs it there.
# Usage: scripts/package_test.sh DIR   (root; needs debootstrap; DIR is created and kept)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=${1:?folder for the new root}

package=$("$root/scripts/package.sh")
[ -e "$dir/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$dir" ${CSGIS_DEBIAN_MIRROR:+"$CSGIS_DEBIAN_MIRROR"}
cp -r /etc/apt/. "$dir/etc/apt/"
[ -e /etc/resolv.conf ] && cp /etc/resolv.conf "$dir/etc/"
cp "$package" "$dir/tmp/csgis.deb"
for point in proc sys dev dev/pts; do mountpoint -q "$dir/$point" || mount --bind "/$point" "$dir/$point"; done
trap 'for point in dev/pts dev sys proc; do umount -l "$dir/$point"; done' EXIT
chroot "$dir" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive MANPAGER=cat \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} bash -euo pipefail <<'IN_ROOT'
apt-get update -q
apt-get install -q -y --no-install-recommends man-db /tmp/csgis.deb
rm -rf /tmp/run
mkdir /tmp/run
cd /tmp/run
csgis --version
man csgis-build | grep -- --textures >/dev/null
csgis synth --quiet --out synth --scenes 1 --textures 1
csgis smooth --quiet --method net --in synth/scenes --out smooth
csgis demo --quiet --out demo
test -s demo/report.html
echo "the package works"
IN_ROOT
