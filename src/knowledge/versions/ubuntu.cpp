// Ubuntu: `uname -r` has the ABI number (5.4.0-122-generic), the banner the upload ("#138-Ubuntu"); together
// they are the package 5.4.0-122.138. The kernels for clouds and boards are other packages with numbers of
// their own.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

constexpr std::array<std::string_view, 7> kMainFlavours = {
    "generic", "generic-64k", "generic-lpae", "lowlatency", "lowlatency-64k", "virtual", "server"};
constexpr std::array<std::string_view, 18> kOtherFlavours = {
    "aws", "azure", "azure-fde", "gcp",        "gke",       "gkeop",  "kvm",   "oracle",     "oem",
    "ibm", "raspi", "raspi2",    "snapdragon", "bluefield", "nvidia", "intel", "intel-iotg", "realtime"};

bool contains(auto& list, std::string_view name) { return std::ranges::find(list, name) != std::end(list); }

// "138" or "138~18.04.1" of "#138~18.04.1-Ubuntu SMP ...", "" when it is not there.
std::string_view upload_of(std::string_view banner) {
    if (!banner.starts_with('#')) return {};
    auto upload = banner.substr(1, banner.find("-Ubuntu") == banner.npos ? 0 : banner.find("-Ubuntu") - 1);
    if (upload.empty() || !is_digit(upload.front())) return {};
    bool clean = std::ranges::all_of(upload, [](char c) { return is_digit(c) || c == '.' || c == '~'; });
    return clean ? upload : std::string_view{};
}

// The mainline builds for testers carry the version again: 5.15.7-051507-generic, 6.8.0-060800rc4-generic.
KernelPackage mainline_build(std::string_view base, std::string_view abi) {
    KernelPackage package;
    package.product = "upstream";
    package.distribution = "Ubuntu mainline build";
    package.version = base;
    if (auto rc = abi.find("rc"); rc != abi.npos) {
        package.version += "-rc" + std::string(leading_digits(abi.substr(rc + 2)));
    }
    package.upstream = package.version;
    package.exact = true;
    return package;
}

std::optional<KernelPackage> recognise(std::string_view release, std::string_view banner) {
    auto split = split_release(release);
    if (!split || !split->rest.starts_with('-')) return std::nullopt;
    auto behind = split->rest.substr(1);
    auto dash = behind.find('-');
    if (dash == behind.npos) return std::nullopt;
    auto abi = behind.substr(0, dash);
    auto flavour = behind.substr(dash + 1);
    bool main = contains(kMainFlavours, flavour);
    if (leading_digits(abi).empty() || (!main && !contains(kOtherFlavours, flavour))) return std::nullopt;
    if (abi.size() >= 6 && abi.starts_with('0')) return mainline_build(split->base, abi);
    if (leading_digits(abi) != abi) return std::nullopt;

    KernelPackage package;
    package.product = main ? "ubuntu" : "ubuntu-" + std::string(flavour);
    package.distribution = "Ubuntu";
    package.package = "linux-image-" + std::string(release);
    package.version = std::string(split->base) + '-' + std::string(abi);
    package.upstream = split->base;
    if (auto upload = upload_of(banner); !upload.empty()) {
        package.version += '.' + std::string(upload);
        package.exact = true;
    } else {
        package.note = "the upload number is only in the banner";
    }
    return package;
}

std::partial_ordering compare(const KernelPackage& kernel, std::string_view bound) {
    if (kernel.exact) {
        // A rebuild for an older series has what its source has.
        bool for_series = bound.find('~') != bound.npos;
        return compare_dpkg(for_series ? kernel.version : without_backport_mark(kernel.version), bound);
    }
    auto dash = bound.find('-');
    auto abi = dash == bound.npos ? std::string_view{} : leading_digits(bound.substr(dash + 1));
    if (abi.empty()) return compare_dpkg(kernel.version, bound);
    auto to_abi = bound.substr(0, dash + 1 + abi.size());
    auto order = compare_dpkg(kernel.version, to_abi);
    if (order == 0 && to_abi != bound) return std::partial_ordering::unordered;
    return order;
}

}  // namespace

extern const KernelScheme plugin_versions_ubuntu;
const KernelScheme plugin_versions_ubuntu = {
    .family = "ubuntu",
    .recognise = recognise,
    .compare = compare,
    .stream_of = base_version,
};

}  // namespace inquest
