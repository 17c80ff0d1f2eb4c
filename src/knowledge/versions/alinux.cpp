// Alibaba Cloud Linux: 4.19.91-22.2.al7 (2), 5.10.134-16.1.al8 (3), 6.6.71-3.alnx4 (4).
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    std::string major;
    auto rpm = split_rpm_release(release, "al");
    if (rpm && rpm->tag_number == "7") {
        major = "2";
    } else if (rpm && rpm->tag_number == "8") {
        major = "3";
    } else {
        rpm = split_rpm_release(release, "alnx");
        if (!rpm) return std::nullopt;
        major = rpm->tag_number;
    }
    return rpm_package(*rpm, "alinux" + major, "Alibaba Cloud Linux " + major);
}

}  // namespace

extern const KernelScheme plugin_versions_alinux;
const KernelScheme plugin_versions_alinux = {
    .family = "alinux",
    .recognise = recognise,
    .compare = compare_rpm_bound,
};

}  // namespace inquest
