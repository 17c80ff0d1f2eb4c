// Which imported issues a kernel has before it crashes.
#pragma once

#include <string>
#include <vector>

#include "knowledge/imported/catalogue.h"
#include "knowledge/issue.h"
#include "knowledge/kernel_config.h"
#include "knowledge/version.h"

namespace inquest {

struct ImportedExposure {
    struct Entry {
        Issue issue;
        AffectedAnswer answer;
        std::string relevance;  // "module ice is loaded", "" nothing is known of its nearness
    };

    std::size_t affected = 0, unknown = 0, safe = 0;  // safe: fixed or never affected
    std::size_t with_crash = 0;  // of the affected, how many a crash could be recognised as
    // Affected or unknown, but every file of the fix is surely not built: in none of the other counts.
    std::size_t not_built = 0;
    std::vector<Entry> nearest;  // of the affected; where none is, of the unknown that a loaded module has
};

// `nearest` holds at most `limit`: issues of loaded modules first, then those of the core kernel, then the
// rest; in each, those that quote a crash before others, and the newest first. `config` null: it is not known
// what was built.
ImportedExposure imported_exposure(const std::vector<Catalogue>& catalogues, const Kernel& kernel,
                                   const std::vector<std::string>& modules, std::size_t limit,
                                   const KernelConfig* config = nullptr);

}  // namespace inquest
