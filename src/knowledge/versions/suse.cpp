// SUSE: `uname -r` lacks the last number of the package, 5.14.21-150400.24.18-default is kernel-default
// 5.14.21-150400.24.18.N. Each service pack is a stream, each flavour another product.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

constexpr std::array<std::string_view, 10> kFlavours = {
    "default", "preempt", "debug", "vanilla", "64kb", "kvmsmall", "pae", "azure", "rt", "rt_debug"};

bool is_release_number(std::string_view text) {
    if (text.starts_with("lp")) text.remove_prefix(2);
    return !text.empty() && is_digit(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto dash = release.rfind('-');
    if (dash == release.npos) return std::nullopt;
    auto flavour = release.substr(dash + 1);
    if (std::ranges::find(kFlavours, flavour) == kFlavours.end()) return std::nullopt;
    auto version = release.substr(0, dash);
    auto first_dash = version.find('-');
    if (first_dash == version.npos || !is_release_number(version.substr(first_dash + 1))) return std::nullopt;

    KernelPackage package;
    bool own_line = flavour == "azure" || flavour.starts_with("rt");
    // Ubuntu has a flavour of that name, behind one number.
    if (own_line && version.find('.', first_dash) == version.npos) return std::nullopt;
    package.product = own_line ? "suse-" + std::string(flavour) : "suse";
    package.distribution = "SUSE";
    package.package = "kernel-" + std::string(flavour);
    package.version = version;
    package.upstream = version.substr(0, first_dash);
    package.note = "uname lacks the last number of the package";
    return package;
}

std::partial_ordering compare(const KernelPackage& kernel, std::string_view bound) {
    bool same_build = bound.size() > kernel.version.size() + 1 && bound.starts_with(kernel.version) &&
                      bound[kernel.version.size()] == '.' &&
                      parse_dec(bound.substr(kernel.version.size() + 1)).has_value();
    if (same_build) return std::partial_ordering::equivalent;
    return compare_rpm(kernel.version, bound);
}

// From 2022 on the product's number stands in front: 5.3.18-59.37 was followed by 5.3.18-150300.59.43.
std::string stream_of(std::string_view version) {
    auto dash = version.find('-');
    if (dash == version.npos) return std::string(version);
    auto release = version.substr(dash + 1);
    auto number = release.substr(0, release.find('.'));
    bool product_number = number.size() == 6 && number.starts_with("15");
    if (product_number && number.size() < release.size())
        number = leading_digits(release.substr(number.size() + 1));
    return std::string(version.substr(0, dash + 1)) + std::string(number);
}

}  // namespace

extern const KernelScheme plugin_versions_suse;
const KernelScheme plugin_versions_suse = {
    .family = "suse",
    .recognise = recognise,
    .compare = compare,
    .stream_of = stream_of,
};

}  // namespace inquest
