// Kernel versions: comparing them as their distribution does, and telling from `uname -r` and the banner
// which package a kernel is. One file in versions/ is one scheme (scheme.h).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/issue.h"
#include "model/report.h"

namespace inquest {

// rpmvercmp on [epoch:]version[-release] ('~' older, '^' newer than the end).
std::strong_ordering compare_rpm(std::string_view a, std::string_view b);
// deb-version(7).
std::strong_ordering compare_dpkg(std::string_view a, std::string_view b);
// "5.10.15", "6.1-rc3"; a missing part is 0, -rc is older than the release, any other suffix does not count.
std::strong_ordering compare_upstream(std::string_view a, std::string_view b);

// Whether `text` can be a `uname -r`: digits, a dot and a digit first, then only [A-Za-z0-9._+~-], 64 at
// most.
bool is_kernel_release(std::string_view text);

// The package that a running kernel comes from.
struct KernelPackage {
    std::string product;       // "rhel7", "rhel8-rt", "ubuntu", "ubuntu-azure", "upstream", ..., "" unknown
    std::string distribution;  // for people: "RHEL/CentOS 7"; "" unknown or upstream
    std::string package;       // "kernel-debug", "linux-image-5.4.0-122-generic"; "" unknown
    std::string version;   // comparable within the product: "4.19.91-22.2.al7", "5.4.0-122.138", "6.1.176-1"
    std::string below;     // where only a name is known: the first version that it cannot be any more, or ""
    std::string upstream;  // the upstream base: "4.19.91"; says almost nothing of a vendor kernel
    std::string stream;    // line of updates within the product: "957", "5.4.0"; its own fixes go first
    bool exact = false;    // version is the package's own; else it is as near as uname comes
    std::string note;      // what is missing: "the upload number is only in the banner"
};
// `version` is uname -v ("#138-Ubuntu SMP ...", "#1 SMP Debian 6.1.176-1 (2025-..)"), "" when not known. A
// release that is_kernel_release refuses gives an empty package.
KernelPackage identify_kernel(std::string_view release, std::string_view version);

// For Kernel::distribution: "Ubuntu", "RHEL/CentOS 7", "Alibaba Cloud Linux 2"; "" unknown or upstream.
std::string distribution_of(std::string_view release, std::string_view version);

// Whether ranges may name this product: some scheme has such versions, or it is "any".
bool is_known_product(std::string_view product);

struct AffectedAnswer {
    IssueStatus status = IssueStatus::unknown;
    std::string reason;    // the comparison that was made, a clause without a full stop
    std::string fixed_in;  // the version to upgrade to on this product, "" not known
};
// Looks at the ranges of the kernel's own product: those of its own stream first, then as the scheme's
// streams relate. Upstream ranges are applied to upstream kernels and to distributions that follow stable
// releases, never to others.
AffectedAnswer is_affected(const KernelPackage& kernel, const std::vector<AffectedRange>& ranges);
// One range for a reader: "rhel7: fixed in 3.10.0-1160.88.1.el7".
std::string in_words(const AffectedRange& range);

// An upstream fix as the kernel CNA records it: one line per branch. "0" for unknown or unfixed.
struct FixPair {
    std::string introduced, fixed;
};
// Pairs on the version's own branch first (the highest fix of several), then mainline ones. nullopt: not a
// version, or the pairs do not tell, as of an -rc of the very release that has the fix.
std::optional<bool> affected_by_pairs(std::string_view upstream_version, const std::vector<FixPair>& pairs);

}  // namespace inquest
