// Fedora: 5.11.12-300.fc34, and release candidates as 5.4.0-0.rc6.git0.1.fc32. Takes in every stable release.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "fc");
    if (!rpm) return std::nullopt;
    auto package = rpm_package(*rpm, "fedora", "Fedora " + std::string(rpm->tag_number));
    if (auto rc = rpm->release.find(".rc"); rpm->release.starts_with("0.") && rc != rpm->release.npos) {
        package.upstream += "-rc" + std::string(leading_digits(rpm->release.substr(rc + 3)));
    }
    return package;
}

}  // namespace

extern const KernelScheme plugin_versions_fedora;
const KernelScheme plugin_versions_fedora = {
    .family = "fedora",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = major_minor,
    .inherits_fixes = true,
    .follows_stable = true,
};

}  // namespace inquest
