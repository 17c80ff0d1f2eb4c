// openEuler. 20.03 numbers all its service packs in one line, 4.19.90-YYMM.patch.0.build.oe1; from 22.03 on
// the first number is the service pack's, which branches off and gets its own
// updates: 5.10.0-60.139.0.166.oe2203.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "oe");
    if (!rpm) return std::nullopt;
    auto number = rpm->tag_number;
    std::string name;
    if (number == "1") {
        name = "20.03";
    } else if (number.size() == 4) {
        name = std::string(number.substr(0, 2)) + '.' + std::string(number.substr(2));
    } else {
        return std::nullopt;
    }
    return rpm_package(*rpm, "openeuler-" + name, "openEuler " + name);
}

std::string stream_of(std::string_view version) {
    auto number = first_release_number(version);
    bool is_date = number.size() == 4;
    return is_date ? "" : number;
}

}  // namespace

extern const KernelScheme plugin_versions_openeuler;
const KernelScheme plugin_versions_openeuler = {
    .family = "openeuler",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = stream_of,
    .inherits_fixes = true,
};

}  // namespace inquest
