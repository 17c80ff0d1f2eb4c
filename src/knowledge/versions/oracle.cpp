// Oracle's own kernels, 5.4.17-2136.320.7.1.el7uek: numbers of their own although they carry Red Hat's tag.
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "el");
    if (!rpm || !rpm->after_tag.starts_with("uek")) return std::nullopt;
    auto package = rpm_package(*rpm, "oracle", "Oracle Linux " + std::string(rpm->tag_number) + " (UEK)");
    package.package.insert(sizeof "kernel" - 1, "-uek");
    return package;
}

}  // namespace

extern const KernelScheme plugin_versions_oracle;
const KernelScheme plugin_versions_oracle = {
    .family = "oracle",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = base_version,
};

}  // namespace inquest
