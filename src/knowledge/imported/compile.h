// Makes the catalogue that catalogue.h reads.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "knowledge/imported/imported_issue.h"

namespace inquest {

struct CatalogueSource {
    std::string name;      // "Linux kernel CNA"
    std::string snapshot;  // what the importer read: a version, a date, ""
    std::string notice;    // that the source's terms ask for
};

// The same issues give the same bytes, in whatever order they come; of two with one id the later counts.
// Fails when there is more than the format can hold.
Result<std::string> compile(std::vector<ImportedIssue> issues, const CatalogueSource& source);

}  // namespace inquest
