// Kernel versions: comparing them as their distribution does, and telling from `uname -r` and the banner which
// package a kernel is. One file in versions/ is one scheme.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/issue.h"
#include "model/report.h"

namespace inquest {

// rpmvercmp on [epoch:]version[-release] (rpm's lib/rpmvercmp.c semantics: '~' older, '^' newer than the end).
std::strong_ordering compare_rpm(std::string_view a, std::string_view b);
// deb-version(7).
std::strong_ordering compare_dpkg(std::string_view a, std::string_view b);
// "5.10.15", "6.1-rc3"; a missing part is 0, -rc is older than the release.
std::strong_ordering compare_upstream(std::string_view a, std::string_view b);

// The package that a running kernel comes from.
struct KernelPackage {
    std::string product;     // "rhel7", "ubuntu", "debian", "alinux2", "openeuler-20.03", "upstream", ..., "" unknown
    std::string version;     // comparable within the product: "4.19.91-22.2.al7", "5.4.0-122.138", "6.1.176-1"
    std::string upstream;    // the upstream base: "4.19.91"; says almost nothing of a vendor kernel
    std::string stream;      // "rhel7: 957", "ubuntu: 5.4.0 aws"; fixes of the same stream go first
    bool exact = false;      // version is the package's own; else it is as near as uname comes
    std::string note;        // what is missing: "the upload number is in the banner"
};
// `version` is uname -v ("#138-Ubuntu SMP ...", "#1 SMP Debian 6.1.176-1 (2025-..)"), "" when not known.
KernelPackage identify_kernel(std::string_view release, std::string_view version);

struct AffectedAnswer {
    IssueStatus status = IssueStatus::unknown;
    std::string reason;      // the comparison that was made
    std::string fixed_in;    // the version to upgrade to on this product, "" not known
};
AffectedAnswer is_affected(const KernelPackage& kernel, const std::vector<AffectedRange>& ranges);

// An upstream fix as the kernel CNA records it: one line per branch. "0" for unknown or unfixed.
struct FixPair {
    std::string introduced, fixed;
};
// kbdata facts 6.4: pairs on the version's own branch first (the highest of several), then mainline ones.
std::optional<bool> affected_by_pairs(std::string_view upstream_version, const std::vector<FixPair>& pairs);

}  // namespace inquest
