// The subject of a commit as a key: how a distribution's changelog is joined with upstream's fixes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inquest {

// What stays the same when a distribution takes a commit over: lower case, single blanks, without the marks
// in front ("[net]", "!1234", "UPSTREAM:") and the full stop behind.
std::string normal_subject(std::string_view subject);

// 64 bits of normal_subject(); 0 for one that is too general to be anybody's ("fix build").
std::uint64_t subject_key(std::string_view subject);

}  // namespace inquest
