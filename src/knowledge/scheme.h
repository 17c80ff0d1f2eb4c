// How one family of kernels names its versions. A new distribution is a new file in versions/.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "knowledge/version.h"

namespace inquest {

// The product of ranges that hold for every kernel.
inline constexpr std::string_view kAnyProduct = "any";

struct KernelScheme {
    // The letters that its products begin with: "rhel" of "rhel7" and "rhel8-rt".
    std::string_view family;

    // The package, when a release (a valid one) is of this family; must refuse what another family could own.
    // identify_kernel() fills in the stream.
    std::optional<KernelPackage> (*recognise)(std::string_view release, std::string_view version);

    // Where the kernel stands to a bound of a range; unordered when what is known of the kernel does not
    // decide.
    std::partial_ordering (*compare)(const KernelPackage& kernel, std::string_view bound);

    // The line of updates that a version belongs to; null where all versions follow each other.
    std::string (*stream_of)(std::string_view version) = nullptr;
    // A version newer than a fix in an older stream has that fix.
    bool inherits_fixes = false;
    // A version older than a fix in a newer stream lacks that fix, when its own stream has none.
    bool lacks_newer_fixes = false;

    // Takes in each upstream stable release whole, so that upstream's ranges hold for it.
    bool follows_stable = false;
    // Asked when no other scheme knows the release.
    bool fallback = false;
};

std::span<const KernelScheme* const> all_kernel_schemes();

// The scheme of a product, null when there is none.
const KernelScheme* scheme_of(std::string_view product);

}  // namespace inquest
