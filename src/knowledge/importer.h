// Reads somebody else's collection of issues. One file in importers/ is one source
// (docs/recipes/import-known-issues.md).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/imported/collection.h"
#include "knowledge/lint.h"

namespace inquest {

// Something about records that whoever imports should know, with the names of those concerned.
struct ImportNote {
    std::string what;  // "have no versions"
    std::vector<std::string> records;
};

struct ImportResult {
    std::vector<ImportedIssue> issues;
    std::vector<ChangelogFact> facts;
    CatalogueSource source;
    std::size_t records = 0;            // looked at
    std::vector<std::string> problems;  // "FILE: why" of each record that was left out, or of a part of one
    std::vector<ImportNote> notes;

    // Adds a record to the note of that name.
    void note(std::string_view what, std::string_view record);
};

struct Importer {
    std::string_view name;  // "cna"
    std::string_view summary;
    // `events_of` reads the crashes that a text quotes. Fails only when nothing can be read at `path`; a
    // record that is malformed is a problem, never the end.
    Result<ImportResult> (*read)(const std::string& path, const EventsOf& events_of);
};

std::span<const Importer* const> all_importers();

}  // namespace inquest
