// The crashes that an issue is recognised by, out of what its source quotes.
#pragma once

#include <string_view>
#include <vector>

#include "knowledge/imported/imported_issue.h"
#include "model/event.h"

namespace inquest {

// Adds the shape of each event that has functions, equal ones once and at most 8, and the modules whose code
// they were in.
void add_crashes(ImportedIssue& issue, const std::vector<CrashEvent>& events);

// "fs/btrfs/transaction.c": no blanks, nothing but printable ASCII, 256 bytes at most.
bool is_file_name(std::string_view text);

}  // namespace inquest
