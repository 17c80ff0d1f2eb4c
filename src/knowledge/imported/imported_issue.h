// An issue as an importer reads it: facts alone, none of the source's sentences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/imported/crash_shape.h"

namespace inquest {

struct CatalogueSource {
    std::string name;      // "Linux kernel CNA"
    std::string snapshot;  // what the importer read: a version, a date, ""
    std::string notice;    // that the source's terms ask for
    bool operator==(const CatalogueSource&) const = default;
};

// One branch of upstream's kernel. "0" stands for unknown (introduced) or not fixed.
struct BranchFix {
    std::string introduced, fixed;
    std::string commit;  // of the fix on that branch, 40 hexadecimal digits, or ""
    bool operator==(const BranchFix&) const = default;
};

// The fix in a distribution's kernel.
struct VendorFix {
    std::string product;   // as AffectedRange names it: "rhel9"
    std::string fixed;     // the first version that has the fix
    std::string evidence;  // "ALSA-2025:10379", ""
    // The source tells of one line of updates: it does not say whether an older version of another line has
    // a fix of its own.
    bool own_line = false;
    std::uint32_t source = 0;
};

// What the id of an issue begins with that is known by its fix in mainline alone: "linux-0d7718f666be".
inline constexpr std::string_view kCommitId = "linux-";
bool is_commit_id(std::string_view id);

struct ImportedIssue {
    std::string id;  // "CVE-2021-47011"
    std::vector<BranchFix> fixes;
    std::vector<std::string> files;    // that the fix touches
    std::vector<std::string> modules;  // in whose code the quoted crashes were
    std::vector<CrashShape> crashes;
    std::vector<VendorFix> vendor;
    std::uint64_t subject = 0;        // subject_key() of the fix's subject
    std::string title, advice, link;  // of one's own collection; "" elsewhere
    std::uint32_t source = 0;         // which of the catalogue's sources it is from
};

// A line of a distribution's changelog: which fix came with which version. Whose fix it is, the CVEs tell
// that it names, else its subject.
struct ChangelogFact {
    std::vector<std::string> cves;
    std::uint64_t subject = 0;
    VendorFix fix;
};

}  // namespace inquest
