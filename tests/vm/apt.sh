# An apt of its own for one Debian suite: sourced by the scripts that fetch what the guests run. Uses the mirror that
# this machine's apt reads Debian from, and its keys; touches nothing of the machine's own apt.

# empty_apt SUITE DIR [ARCHITECTURE]: from now on apt-get and apt-cache see that suite only, as on an empty machine.
empty_apt() {
    mkdir -p "$2/lists/partial" "$2/cache/archives/partial"
    : >"$2/status"
    mirror=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
        sed -n 's/^main //p' | head -n 1)
    [ -n "$mirror" ] || { echo "apt on this machine knows no Debian mirror: add one to its sources and run apt-get update" >&2; exit 1; }
    echo "deb $mirror $1 main" >"$2/sources.list"
    cat >"$2/apt.conf" <<CONF
Dir::State "$2";
Dir::State::status "$2/status";
Dir::Cache "$2/cache";
Dir::Etc::SourceList "$2/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "${3:-amd64}";
APT::Architectures "${3:-amd64}";
APT::Install-Recommends "0";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Check-Valid-Until "0";
CONF
    export APT_CONFIG="$2/apt.conf"
    apt-get -qq update
}

# unpack DIR PACKAGE...: the packages' files below DIR, nothing installed.
unpack() {
    into=$1
    shift
    debs=$(mktemp -d)
    (cd "$debs" && apt-get -qq download "$@")
    for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$into"; done
    rm -rf "$debs"
}
