#!/bin/sh
# kernel.sh SUITE DIR [headers]: puts the suite's current Debian cloud kernel into DIR: vmlinuz, release, and with
# "headers" what building a module takes (hdr/). Uses the mirror that this machine's apt reads Debian from, and its
# keys; touches nothing of the machine's own apt.
set -eu
suite=$1 dir=$2 headers=${3:-}
[ -e "$dir/release" ] && exit 0
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
apt=$dir/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
: >"$apt/status"
mirror=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
    sed -n 's/^main //p' | head -n 1)
[ -n "$mirror" ] || { echo "apt on this machine knows no Debian mirror: add one to its sources and run apt-get update" >&2; exit 1; }
echo "deb $mirror $suite main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "amd64";
APT::Architectures "amd64";
APT::Install-Recommends "0";
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
export APT_CONFIG="$apt/apt.conf"
apt-get -qq update
current() { apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-'"$2"'-[0-9][^ ]*\)$/\1/p' | head -n 1; }
image=$(current linux-image-cloud-amd64 image)
release=${image#linux-image-}
cd "$apt"
apt-get -qq download "$image"
for deb in ./*.deb; do dpkg-deb -x "$deb" "$apt/root"; done
cp "$(find "$apt/root" -name "vmlinuz*" -type f | head -n 1)" "$dir/vmlinuz"
rm -rf ./*.deb "$apt/root"
if [ -n "$headers" ]; then
    packages="linux-headers-$release $(apt-cache depends "linux-headers-$release" |
        sed -n 's/^ *Depends: \(linux-\(headers\|kbuild\)-[^ ]*\)$/\1/p')"
    # shellcheck disable=SC2086
    apt-get -qq download $packages
    for deb in ./*.deb; do dpkg-deb -x "$deb" "$dir/hdr"; done
fi
rm -rf "$apt"
echo "$release" >"$dir/release"
