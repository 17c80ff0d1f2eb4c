// An imported issue in the form of a hand-written one, for those who show it.
#pragma once

#include "knowledge/imported/lookup.h"

namespace inquest {

// All that is known of it. The sentences are ours, but for titles and advice of one's own collection: a
// catalogue has none of others.
Issue describe(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry);

// The fix on the branch of an upstream version, else the one in mainline; nullptr: none is known.
const UpstreamCommit* fix_for(const Issue& described, std::string_view upstream_version);

// Whether each of the words (lower case) is in its id, a file, a module or a function.
bool holds_words(const Catalogue& catalogue, std::uint32_t issue, const std::vector<std::string>& words);

}  // namespace inquest
