// Taking `uname -r` apart. The views point into the text that was given.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "knowledge/version.h"

namespace inquest {

// "5.4.0-122-generic" is "5.4.0" and "-122-generic". 2.6's fourth number belongs to the base.
struct SplitRelease {
    std::string_view base, rest;
};
std::optional<SplitRelease> split_release(std::string_view release);

// The first run of digits of `text` from its beginning, "" when it begins with something else.
std::string_view leading_digits(std::string_view text);

// What rpm builds: VERSION-RELEASE.ARCH[.variant|+variant].
struct RpmRelease {
    std::string_view version, release, arch, variant;
    std::string_view before_tag;  // "1160.80.1." of the release "1160.80.1.el7"
    std::string_view tag_number;  // "7"
    std::string_view after_tag;   // "_4" of "el8_4", "sp1" of "oe2203sp1"
};
// nullopt when the release has no part "<tag><digits>", as ".el7" for "el".
std::optional<RpmRelease> split_rpm_release(std::string_view release, std::string_view tag);

// The package of an rpm release, all but its stream: "kernel", or "kernel-debug" for that variant.
KernelPackage rpm_package(const RpmRelease& rpm, std::string product, std::string distribution);

// compare_rpm; a bound without distribution tag is compared without the kernel's.
std::partial_ordering compare_rpm_bound(const KernelPackage& kernel, std::string_view bound);

// "3.10.0-957.27.2.el7" is of stream "957".
std::string first_release_number(std::string_view version);
// "5.4.0-122.138" is of stream "5.4.0".
std::string base_version(std::string_view version);
// "6.1.176-1" is of stream "6.1".
std::string major_minor(std::string_view version);

// dpkg version without the mark of a rebuild for an older series ("~18.04.1", "~bpo12+1"): the source is the
// same.
std::string_view without_backport_mark(std::string_view version);

}  // namespace inquest
