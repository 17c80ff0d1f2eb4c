#!/bin/sh
# tools.sh DIR: the programs that make a dump inside a guest, and pahole for our modules' types, forky's own (older ones
# do not know newer kernels), with the libraries that they need: DIR/bin/{kexec,makedumpfile,pahole}, DIR/lib, DIR/lib64.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$1/done" ] && [ -e "$1/bin/pahole" ] && exit 0
rm -rf "$1"
mkdir -p "$1/bin" "$1/lib" "$1/lib64"
dir=$(cd "$1" && pwd)
. "$here/apt.sh"
empty_apt forky "$dir/apt"
apt-get -qq install --download-only makedumpfile kexec-tools libsnappy1v5 pahole >/dev/null
for deb in "$dir"/apt/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dir/apt/root"; done
libraries=$dir/apt/root/usr/lib/x86_64-linux-gnu
needed() {
    for library in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        [ -e "$dir/lib/$library" ] && continue
        cp -L "$libraries/$library" "$dir/lib/"
        needed "$dir/lib/$library"
    done
}
for program in kexec makedumpfile pahole; do
    cp "$(find "$dir/apt/root" -type f -path "*bin/$program")" "$dir/bin/"
    needed "$dir/bin/$program"
done
cp -L "$libraries/ld-linux-x86-64.so.2" "$dir/lib64/"
rm -rf "$dir/apt"
touch "$dir/done"
