// "Code:" lines: x86's bytes with the faulting one in <>, words with the faulting one in () or <> elsewhere.
#pragma once

#include <string_view>

#include "model/event.h"

namespace inquest {

// What stands behind "Code:" to bytes in memory order. `big_endian` says how words lie in memory. Torn units
// end it.
CodeBytes parse_code(std::string_view text, bool big_endian);

// Appends a further line ("Instruction dump:" of ppc has several).
void append_code(CodeBytes& code, std::string_view text, bool big_endian);

// One line of s390's "Krnl Code:" listing, "#00000000b05ec338: af000000   mc 0,0"; false when it is none.
bool append_listing(CodeBytes& code, std::string_view text);

}  // namespace inquest
