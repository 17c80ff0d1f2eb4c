// "Did you mean".
#pragma once

#include <string_view>
#include <vector>

namespace inquest {

// The candidate that takes the fewest edits to become `word`, "" when none is near enough to be meant.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace inquest
