// Imported issues that an event may be.
#pragma once

#include <vector>

#include "knowledge/event_view.h"
#include "knowledge/imported/catalogue.h"
#include "knowledge/issue.h"
#include "knowledge/matcher.h"
#include "knowledge/version.h"

namespace inquest {

struct ImportedCandidate {
    Issue issue;
    SignatureMatch fit;  // its `issue` says nothing
};

inline constexpr std::size_t kMostCandidates = 3;
// Less sure than that (the kernel's version considered), an imported issue is not mentioned.
inline constexpr Confidence kShownImported = 0.4;

// The best first, at most kMostCandidates. An issue of a later catalogue stands for the same one of an
// earlier.
std::vector<ImportedCandidate> candidates_for(const std::vector<Catalogue>& catalogues,
                                              const EventView& view);

// What the report says of one, with the version and commit to go to.
IssueMatch told(ImportedCandidate&& candidate, const CrashEvent& event, const Kernel& kernel,
                const KernelPackage& package);

}  // namespace inquest
