// Text in columns of a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inquest {

// Columns that a terminal takes for it: wide characters two, combining ones none. `text` holds no control
// bytes.
std::size_t display_width(std::string_view text);

// As many characters as fit into `columns`, the last one an ellipsis when some did not.
std::string fit(std::string_view text, std::size_t columns, bool unicode);

// Padded with blanks to `columns`; longer text is left as it is.
std::string pad(std::string text, std::size_t columns);

// Broken at blanks into lines of at most `columns`; a word that is longer is broken anywhere. Line feeds
// break too. Never empty.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace inquest
