#!/bin/sh
# vmlinux.sh SUITE DIR: puts the kernel with debug info of the suite's current Debian cloud kernel into DIR, as vmlinux
# (0.6 GB; the download is 0.3), with its release beside it. SUITE-arm64 is that suite for arm64. It judges dumps of that
# very kernel only: those that tests/vm/dumps.py makes of the same suite.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suite=${1%-arm64} dir=$2
[ "$suite" = "$1" ] && architecture=amd64 || architecture=arm64
[ ! -e "$dir/release" ] || exit 0
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
apt=$dir/apt
. "$here/../vm/apt.sh"
empty_apt "$suite" "$apt" "$architecture"
package=$(apt-cache depends "linux-image-cloud-$architecture-dbg" |
    sed -n 's/^ *|\{0,1\}Depends: \(linux-image-[0-9][^ ]*-dbg\)$/\1/p' | head -n 1)
(cd "$apt" && apt-get -qq download "$package")
# The modules' debug info would be ten times as much. One of the names is the file, the others are links to it.
dpkg-deb --fsys-tarfile "$apt"/*.deb | tar -x -C "$apt" --wildcards '*/vmlinux*'
mv "$(find "$apt/usr" -name 'vmlinux*' -type f)" "$dir/vmlinux"
rm -rf "$apt"
release=${package#linux-image-}
echo "${release%-dbg}" >"$dir/release"
