// UOS and deepin. The desktop's `uname -r`, 4.19.0-arm64-desktop, has no build number: it is in the banner,
// "#5312", and 4.19.0-5312 is how ranges name it here. The server's is an
// rpm, 4.19.90-2109.1.0.0108.up2.uel20.
#include "base/scanner.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view banner) {
    for (std::string_view tag : {"uel", "uelc"}) {
        if (auto rpm = split_rpm_release(release, tag)) return rpm_package(*rpm, "uos-server", "UOS");
    }
    if (!release.ends_with("-desktop")) return std::nullopt;
    auto split = split_release(release);
    if (!split || split->rest.find("-desktop") == 0 || is_digit(split->rest[1])) return std::nullopt;

    KernelPackage package;
    package.product = "uos";
    package.distribution = "UOS";
    package.package = "linux-image-" + std::string(release);
    package.version = split->base;
    package.upstream = split->base;
    Scanner in(banner);
    auto build = in.literal("#") ? in.take_while(is_digit) : std::string_view{};
    if (build.empty()) {
        package.note = "the build number is only in the banner";
    } else {
        package.version += '-' + std::string(build);
        package.exact = true;
    }
    return package;
}

std::partial_ordering compare(const KernelPackage& kernel, std::string_view bound) {
    if (!kernel.exact && base_version(bound) == kernel.upstream) return std::partial_ordering::unordered;
    return compare_rpm_bound(kernel, bound);
}

}  // namespace

extern const KernelScheme plugin_versions_uos;
const KernelScheme plugin_versions_uos = {
    .family = "uos",
    .recognise = recognise,
    .compare = compare,
    .stream_of = base_version,
};

}  // namespace inquest
