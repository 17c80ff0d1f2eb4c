// Issues in several catalogues at once, the later ones counting before the earlier.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "knowledge/imported/catalogue.h"
#include "knowledge/issue.h"

namespace inquest {

struct ImportedEntry {
    const Catalogue* catalogue = nullptr;
    std::uint32_t issue = 0;
};

// The entry that describes an issue: of the last catalogue that has more of it than vendors' fixes, else of
// the last that has it.
std::optional<ImportedEntry> entry_of(const std::vector<Catalogue>& catalogues, std::string_view id);
// Whether it is that entry, as against an outdated one, or a supplement.
bool counts(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry);

// Upstream's versions that have the issue, and what vendors say in all catalogues.
std::vector<AffectedRange> ranges_of(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry);

}  // namespace inquest
