// A known issue as a page to read.
#pragma once

#include "knowledge/issue.h"
#include "report/document.h"

namespace inquest {

Section issue_page(const Issue& issue);

// One line each: id and title, in columns.
std::string issue_table(const std::vector<const Issue*>& issues, unsigned width);

}  // namespace inquest
