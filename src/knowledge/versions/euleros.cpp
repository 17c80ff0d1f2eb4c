// Huawei's EulerOS: 5.10.0-60.18.0.50.h734.eulerosv2r11. Its own builds (h734) are not openEuler's.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "eulerosv");
    if (!rpm) return std::nullopt;
    return rpm_package(*rpm, "euleros", "EulerOS V" + std::string(rpm->tag_number));
}

}  // namespace

extern const KernelScheme plugin_versions_euleros;
const KernelScheme plugin_versions_euleros = {
    .family = "euleros",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = first_release_number,
};

}  // namespace inquest
