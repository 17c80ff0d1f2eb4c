// Amazon Linux: 4.14.355-275.570.amzn2, 6.1.102-108.177.amzn2023. One system offers kernels of several bases.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "amzn");
    if (!rpm) return std::nullopt;
    auto number = std::string(rpm->tag_number);
    return rpm_package(*rpm, "amazon" + number, "Amazon Linux " + number);
}

}  // namespace

extern const KernelScheme plugin_versions_amazon;
const KernelScheme plugin_versions_amazon = {
    .family = "amazon",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = major_minor,
};

}  // namespace inquest
