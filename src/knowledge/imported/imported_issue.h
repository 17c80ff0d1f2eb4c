// An issue as an importer reads it: facts alone, none of the source's sentences.
#pragma once

#include <string>
#include <vector>

#include "knowledge/imported/crash_shape.h"

namespace inquest {

// One branch of upstream's kernel. "0" stands for unknown (introduced) or not fixed.
struct BranchFix {
    std::string introduced, fixed;
    std::string commit;  // of the fix on that branch, 40 hexadecimal digits, or ""
};

struct ImportedIssue {
    std::string id;  // "CVE-2021-47011"
    std::vector<BranchFix> fixes;
    std::vector<std::string> files;    // that the fix touches
    std::vector<std::string> modules;  // in whose code the quoted crashes were
    std::vector<CrashShape> crashes;
};

}  // namespace inquest
