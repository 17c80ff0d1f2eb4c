// Debian: `uname -r` is the name of an ABI (6.1.0-50-amd64), the version is in the banner
// ("Debian 6.1.176-1"). From 6.12 on the name holds the upstream version (6.12.95+deb12-amd64). Takes in
// every stable release.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

struct Abi {
    std::string_view branch;
    unsigned number;
    std::string_view first;  // the first version that has it
};

// From the changelog of the package; since ABI 38 of 6.1 each upload has its own.
constexpr std::array kAbis = std::to_array<Abi>({
    {"5.10", 1, "5.10.4-1"},  {"5.10", 2, "5.10.9-1"},  {"5.10", 3, "5.10.12-1"}, {"5.10", 4, "5.10.19-1"},
    {"5.10", 5, "5.10.24-1"}, {"5.10", 6, "5.10.28-1"}, {"5.10", 7, "5.10.38-1"}, {"5.10", 8, "5.10.46-1"},
    {"6.1", 1, "6.1.4-1"},    {"6.1", 2, "6.1.7-1"},    {"6.1", 3, "6.1.8-1"},    {"6.1", 4, "6.1.11-1"},
    {"6.1", 5, "6.1.12-1"},   {"6.1", 6, "6.1.15-1"},   {"6.1", 7, "6.1.20-1"},   {"6.1", 8, "6.1.25-1"},
    {"6.1", 9, "6.1.27-1"},   {"6.1", 10, "6.1.37-1"},  {"6.1", 12, "6.1.52-1"},  {"6.1", 13, "6.1.55-1"},
    {"6.1", 14, "6.1.64-1"},  {"6.1", 15, "6.1.66-1"},  {"6.1", 16, "6.1.67-1"},  {"6.1", 17, "6.1.69-1"},
    {"6.1", 18, "6.1.76-1"},  {"6.1", 19, "6.1.82-1"},  {"6.1", 20, "6.1.85-1"},  {"6.1", 21, "6.1.90-1"},
    {"6.1", 22, "6.1.94-1"},  {"6.1", 23, "6.1.98-1"},  {"6.1", 24, "6.1.106-1"}, {"6.1", 26, "6.1.112-1"},
    {"6.1", 27, "6.1.115-1"}, {"6.1", 28, "6.1.119-1"}, {"6.1", 29, "6.1.123-1"}, {"6.1", 30, "6.1.124-1"},
    {"6.1", 31, "6.1.128-1"}, {"6.1", 32, "6.1.129-1"}, {"6.1", 33, "6.1.133-1"}, {"6.1", 34, "6.1.135-1"},
    {"6.1", 35, "6.1.137-1"}, {"6.1", 36, "6.1.139-1"}, {"6.1", 37, "6.1.140-1"}, {"6.1", 38, "6.1.147-1"},
    {"6.1", 39, "6.1.148-1"}, {"6.1", 40, "6.1.153-1"}, {"6.1", 41, "6.1.158-1"}, {"6.1", 42, "6.1.159-1"},
    {"6.1", 43, "6.1.162-1"}, {"6.1", 44, "6.1.164-1"}, {"6.1", 45, "6.1.170-1"}, {"6.1", 46, "6.1.170-2"},
    {"6.1", 47, "6.1.170-3"}, {"6.1", 48, "6.1.172-1"}, {"6.1", 49, "6.1.174-1"}, {"6.1", 50, "6.1.176-1"},
    {"6.1", 51, "6.1.177-1"}, {"6.1", 52, "6.1.180-1"}, {"6.1", 53, "6.1.187-1"}, {"6.1", 54, "6.1.190-1"},
    {"6.1", 55, "6.1.192-1"}, {"6.1", 56, "6.1.192-2"},
});

// What a name ends with, a word for the flavour in front of it left out ("cloud-amd64", "rt-arm64").
constexpr std::array<std::string_view, 17> kArches = {
    "amd64",   "arm64",      "arm64-16k",   "armmp",     "armmp-lpae", "rpi",
    "686",     "686-pae",    "powerpc64le", "s390x",     "riscv64",    "loong64",
    "marvell", "loongson-3", "octeon",      "5kc-malta", "4kc-malta"};

bool is_version_char(char c) { return is_alnum(c) || c == '.' || c == '+' || c == '~' || c == '-'; }

// The version that the banner tells, without epoch; "" when it tells none.
std::string_view version_in(std::string_view banner) {
    constexpr std::string_view kMark = "Debian ";
    auto mark = banner.find(kMark);
    if (mark == banner.npos) return {};
    auto text = banner.substr(mark + kMark.size());
    if (text.starts_with("1:")) text.remove_prefix(2);
    auto end = std::ranges::find_if_not(text, is_version_char);
    auto version = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    bool whole = version.find('-') != version.npos && split_release(version).has_value();
    return whole ? version : std::string_view{};
}

// "6.1.176" of 6.1.176-1, "6.1-rc7" of 6.1~rc7-1.
std::string upstream_of(std::string_view version) {
    return replace_all(std::string(version.substr(0, version.rfind('-'))), "~rc", "-rc");
}

// What is known from "6.1" and "50" is an interval.
void date_by_abi(KernelPackage& package, std::string_view branch, unsigned number) {
    for (const auto& abi : kAbis) {
        if (abi.branch != branch) continue;
        if (abi.number <= number) package.version = abi.first;
        if (abi.number > number) {
            package.below = abi.first;
            break;
        }
    }
    if (package.below.empty()) package.version.clear();
    if (!package.version.empty()) package.upstream = upstream_of(package.version);
}

// "6.12.95-1~bpo12+1" of 6.12.95+deb12: 12 shipped with 6.1, so this is a backport. The revision is the usual
// one.
std::string version_by_name(std::string_view base, std::string_view debian) {
    auto version = std::string(base) + "-1";
    bool backport =
        (debian == "12" && major_minor(base) != "6.1") || (debian == "13" && major_minor(base) != "6.12");
    if (backport) version += "~bpo" + std::string(debian) + "+1";
    return version;
}

bool has_debian_arch(std::string_view name) {
    return std::ranges::any_of(kArches, [&](std::string_view arch) {
        return name.ends_with(arch) && name.size() > arch.size() &&
               name[name.size() - arch.size() - 1] == '-';
    });
}

std::optional<KernelPackage> recognise(std::string_view release, std::string_view banner) {
    auto split = split_release(release);
    auto version = version_in(banner);
    if (!split || (version.empty() && !has_debian_arch(release))) return std::nullopt;

    KernelPackage package;
    package.product = version.find("+rpt") == version.npos ? "debian" : "debian-rpt";
    package.distribution = package.product == "debian" ? "Debian" : "Raspberry Pi OS";
    package.package = "linux-image-" + std::string(release);
    package.upstream = split->base;
    if (!version.empty()) {
        package.version = version;
        package.upstream = upstream_of(version);
        package.exact = true;
        return package;
    }
    package.note = "the version is only in the banner";
    auto rest = split->rest;
    if (rest.starts_with("+deb")) {
        package.version = version_by_name(split->base, leading_digits(rest.substr(4)));
        package.note = "the revision is only in the banner";
    } else if (split->base.ends_with(".0") && rest.starts_with('-')) {
        auto abi = leading_digits(rest.substr(1));
        package.upstream = major_minor(split->base);
        bool plain = !abi.empty() && abi.size() < 4 && rest.substr(1 + abi.size()).starts_with('-');
        if (plain) date_by_abi(package, package.upstream, static_cast<unsigned>(parse_dec(abi).value_or(0)));
    }
    return package;
}

std::partial_ordering compare(const KernelPackage& kernel, std::string_view bound) {
    bool rebuild = bound.find('~') != bound.npos;
    auto version = rebuild ? std::string_view(kernel.version) : without_backport_mark(kernel.version);
    if (kernel.exact) return compare_dpkg(version, bound);
    if (version.empty()) return std::partial_ordering::unordered;
    if (!kernel.below.empty()) {
        if (auto order = compare_dpkg(version, bound); order >= 0) return order;
        return compare_dpkg(kernel.below, bound) <= 0 ? std::partial_ordering::less
                                                      : std::partial_ordering::unordered;
    }
    auto order = compare_dpkg(kernel.upstream, upstream_of(bound));
    bool first_revision = bound.ends_with("-1");
    return order == 0 && !first_revision ? std::partial_ordering::unordered : std::partial_ordering(order);
}

}  // namespace

extern const KernelScheme plugin_versions_debian;
const KernelScheme plugin_versions_debian = {
    .family = "debian",
    .recognise = recognise,
    .compare = compare,
    .stream_of = major_minor,
    .follows_stable = true,
};

}  // namespace inquest
