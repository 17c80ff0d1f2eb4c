// Red Hat Enterprise Linux and what is built from its sources: CentOS, AlmaLinux, Rocky. The first number of
// the release is the minor version (957 is 7.6), and each gets its own updates.
#include <array>

#include "base/text.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

// A kernel with the tag but another base is somebody else's: ELRepo's, Oracle's, the el7a kernels.
bool is_own_base(std::string_view number, std::string_view base) {
    struct Major {
        std::string_view number, base;
    };
    static constexpr std::array<Major, 6> kMajors = {{{"5", "2.6.18"},
                                                      {"6", "2.6.32"},
                                                      {"7", "3.10.0"},
                                                      {"8", "4.18.0"},
                                                      {"9", "5.14.0"},
                                                      {"10", "6.12.0"}}};
    for (const auto& major : kMajors) {
        if (major.number == number) return major.base == base;
    }
    return false;
}

std::string_view leading_letters(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_alpha(text[length])) ++length;
    return text.substr(0, length);
}

// Rebuilders that keep Red Hat's numbers only add their name; others' numbers mean something else.
bool keeps_numbers(std::string_view vendor) {
    return vendor.empty() || vendor == "centos" || vendor == "alma" || vendor == "rocky";
}

// The name in the release apart from numbers and the tag: "rt" of "553.1.1.rt7.481.el8_10", "ciq" of
// "477.27.1.el8_8.88ciq_lts.0.1".
std::string_view vendor_of(const RpmRelease& rpm) {
    std::size_t skip = 0;
    while (skip < rpm.before_tag.size() && !is_alpha(rpm.before_tag[skip])) ++skip;
    if (skip < rpm.before_tag.size()) return leading_letters(rpm.before_tag.substr(skip));
    skip = 0;
    while (skip < rpm.after_tag.size() && !is_alpha(rpm.after_tag[skip])) ++skip;
    return leading_letters(rpm.after_tag.substr(skip));
}

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto rpm = split_rpm_release(release, "el");
    if (!rpm || !is_own_base(rpm->tag_number, rpm->version)) return std::nullopt;
    auto number = std::string(rpm->tag_number);
    auto package = rpm_package(*rpm, "rhel" + number, "RHEL/CentOS " + number);
    auto vendor = vendor_of(*rpm);
    if (vendor == "rt") package.package = "kernel-rt";
    if (vendor == "centos" && rpm->after_tag.ends_with(".plus")) package.package = "kernel-plus";
    if (!keeps_numbers(vendor)) package.product += '-' + to_lower(vendor);
    return package;
}

}  // namespace

extern const KernelScheme plugin_versions_rhel;
const KernelScheme plugin_versions_rhel = {
    .family = "rhel",
    .recognise = recognise,
    .compare = compare_rpm_bound,
    .stream_of = first_release_number,
    .inherits_fixes = true,
    .lacks_newer_fixes = true,
};

}  // namespace inquest
