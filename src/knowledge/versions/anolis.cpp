// Anolis OS: 4.19.91-27.an8, 5.10.134-17.an8, 6.6.102-5.an23. The kernels of one system differ in their base.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "an");
    if (!rpm) return std::nullopt;
    return rpm_package(*rpm, "anolis", "Anolis OS " + std::string(rpm->tag_number));
}

}  // namespace

extern const KernelScheme plugin_versions_anolis;
const KernelScheme plugin_versions_anolis = {
    .family = "anolis",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = major_minor,
};

}  // namespace inquest
