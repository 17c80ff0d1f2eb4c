#!/bin/sh
# kernel.sh SUITE DIR [headers] [modules] [busybox]: puts the suite's current Debian cloud kernel into DIR: vmlinuz,
# release, with "headers" what building a module takes (hdr/), with "modules" the kernel's own modules (lib/modules/), with
# "busybox" a static one. SUITE-arm64 is that suite for arm64. Uses the mirror that this machine's apt reads Debian from,
# and its keys; touches nothing of the machine's own apt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suite=${1%-arm64} dir=$2
[ "$suite" = "$1" ] && architecture=amd64 || architecture=arm64
shift 2
there=yes
for part in release "$@"; do
    case $part in
        release) [ -e "$dir/release" ] ;;
        headers) [ -e "$dir/hdr" ] ;;
        modules) [ -e "$dir/lib/modules" ] ;;
        busybox) [ -e "$dir/busybox" ] ;;
    esac || there=no
done
[ $there = no ] || exit 0
# All anew: the mirror may have a later kernel now than the parts that are there.
rm -rf "$dir"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
apt=$dir/apt
. "$here/apt.sh"
empty_apt "$suite" "$apt" "$architecture"
depends() { apt-cache depends "$1" | sed -n 's/^ *|\{0,1\}Depends: \(linux-\('"$2"'\)-[0-9][^ ]*\)$/\1/p' | sort -u; }
image=$(depends "linux-image-cloud-$architecture" image | head -n 1)
release=${image#linux-image-}
# From 6.17 on the image package is empty and needs one for the kernel's file and one for its modules.
# shellcheck disable=SC2046
unpack "$apt/root" "$image" $(depends "$image" 'binary\|modules')
cp "$(find "$apt/root" -name "vmlinuz*" -type f | head -n 1)" "$dir/vmlinuz"
for part in "$@"; do
    case $part in
        # shellcheck disable=SC2046
        headers) unpack "$dir/hdr" "linux-headers-$release" $(depends "linux-headers-$release" 'headers\|kbuild') ;;
        modules)
            mkdir -p "$dir/lib"
            mv "$(find "$apt/root" -type d -path '*/lib/modules')" "$dir/lib/modules"
            ;;
        busybox)
            unpack "$apt/root" busybox-static
            cp "$(find "$apt/root" -type f -path '*bin/busybox')" "$dir/busybox"
            ;;
    esac
done
rm -rf "$apt"
echo "$release" >"$dir/release"
