// TencentOS: 5.4.241-1-tlinux4-0017.3 is build 0017.3 of the line 5.4.241-1-tlinux4.
#include "base/text.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto line = release.find("-tlinux");
    auto split = split_release(release);
    if (line == release.npos || !split) return std::nullopt;
    KernelPackage package;
    package.product = "tencent";
    package.distribution = "TencentOS";
    package.version = release;
    package.upstream = split->base;
    package.note = "how the package is named is not known";
    return package;
}

// "5.4.241-1-tlinux4", whatever comes behind "tlinux4".
std::string stream_of(std::string_view version) {
    auto line = version.find("-tlinux");
    if (line == version.npos) return std::string(version);
    return std::string(version.substr(0, version.find('-', line + 1)));
}

std::partial_ordering compare(const KernelPackage& kernel, std::string_view bound) {
    if (stream_of(kernel.version) != stream_of(bound)) return compare_upstream(kernel.version, bound);
    return compare_rpm(kernel.version, bound);
}

}  // namespace

extern const KernelScheme plugin_versions_tencent;
const KernelScheme plugin_versions_tencent = {
    .family = "tencent",
    .recognise = recognise,
    .compare = compare,
    .stream_of = stream_of,
};

}  // namespace inquest
