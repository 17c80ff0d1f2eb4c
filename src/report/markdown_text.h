// Text of a log inside Markdown: nothing in it is markup, mentions nobody and links to no ticket.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

std::string markdown_inline(std::string_view text);
// Inline text in a table cell.
std::string markdown_cell(std::string_view text);
// A code span in a table cell; "" for nothing.
std::string markdown_code_cell(std::string_view text);
// A fenced block whose fence is longer than any run of backticks in the text.
std::string markdown_fence(std::string_view text, std::string_view language);
// Only http and https addresses become links.
std::string markdown_link(std::string_view title, std::string_view url);

}  // namespace inquest
