// An imported issue in the form of a hand-written one, for those who show it.
#pragma once

#include "knowledge/imported/catalogue.h"
#include "knowledge/issue.h"

namespace inquest {

// Upstream's versions that have it.
std::vector<AffectedRange> ranges_of(const Catalogue& catalogue, std::uint32_t issue);

// All that the catalogue knows of it. The sentences are ours: the catalogue has none.
Issue describe(const Catalogue& catalogue, std::uint32_t issue);

// The fix on the branch of an upstream version, else the one in mainline; nullptr: none is known.
const UpstreamCommit* fix_for(const Issue& described, std::string_view upstream_version);

// Whether each of the words (lower case) is in its id, a file, a module or a function.
bool holds_words(const Catalogue& catalogue, std::uint32_t issue, const std::vector<std::string>& words);

}  // namespace inquest
