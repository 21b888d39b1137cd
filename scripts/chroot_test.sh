#!/usr/bin/env bash
# Runs demo.sh and test.sh in an empty Debian 12 root, so that no package hides behind what the machine already has.
# Usage: scripts/chroot_test.sh DIR   (root; needs debootstrap; DIR is created and kept)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=${1:?folder for the new root}

[ -e "$dir/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$dir" ${CSGIS_DEBIAN_MIRROR:+"$CSGIS_DEBIAN_MIRROR"}
cp -r /etc/apt/. "$dir/etc/apt/"
[ -e /etc/resolv.conf ] && cp /etc/resolv.conf "$dir/etc/"
rm -rf "$dir/src"
git clone -q "$root" "$dir/src"
for point in proc sys dev dev/pts; do mountpoint -q "$dir/$point" || mount --bind "/$point" "$dir/$point"; done
trap 'for point in dev/pts dev sys proc; do umount -l "$dir/$point"; done' EXIT
chroot "$dir" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true LANG=C.UTF-8 \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
  bash -c 'cd /src && scripts/demo.sh /tmp/demo-out && scripts/test.sh'
