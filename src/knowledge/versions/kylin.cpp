// Kylin server: 4.19.90-24.4.v2101.ky10.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "ky");
    if (!rpm) return std::nullopt;
    return rpm_package(*rpm, "kylin", "Kylin V" + std::string(rpm->tag_number));
}

}  // namespace

extern const KernelScheme plugin_versions_kylin;
const KernelScheme plugin_versions_kylin = {
    .family = "kylin",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = first_release_number,
};

}  // namespace inquest
