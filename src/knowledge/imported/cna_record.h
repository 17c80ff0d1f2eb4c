// One record of the kernel's CVE authority.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "knowledge/importer.h"

namespace inquest {

// "CVE-2021-47011"
bool is_cve_id(std::string_view text);

// Out of a CVE 5 record, and the `.dyad` beside it ("introduced:commit:fixed:commit", one line a branch),
// which is "" when there is none. What is wrong goes to `result` under `name`; nullopt: the record is of no
// use.
std::optional<ImportedIssue> read_cve_record(std::string_view json, std::string_view dyad,
                                             std::string_view name, const EventsOf& events_of,
                                             ImportResult& result);

// One line of the JSON Lines form: cve, text, files, ranges of introduced, fixed and fixed_commit.
std::optional<ImportedIssue> read_cve_line(std::string_view json, std::string_view name,
                                           const EventsOf& events_of, ImportResult& result);

}  // namespace inquest
