// The pairs "name: value" in which most architectures print their registers.
#pragma once

#include <span>
#include <string_view>

#include "arch/arch.h"
#include "base/scanner.h"

namespace inquest {

// The spelling of RegisterSink for a printed name, "" when there is no such register.
using RegisterName = std::string_view (*)(std::string_view printed);

// Reports every pair on a line that begins with one: "RDX: 0001 RSI: 0a", "RSP: 0018:ffff8881", "r9 : 0 r8 :
// 1", "pc : [<c0100000>]". Words in between are passed over. A value shorter than `digits` at the end of the
// line is torn when its register is a general one (its name's first character is a letter of `general`).
bool scan_register_pairs(std::string_view line, RegisterName name_of, std::size_t digits,
                         std::string_view general, const RegisterSink& sink);

// Reports a row of bare values under consecutive names: names[first], names[first + 1]...
// False when the row holds none.
bool scan_register_row(Scanner row, std::span<const std::string_view> names, std::size_t first,
                       const RegisterSink& sink);

// `printed` when it stands in `names` (ASCII case ignored), in the spelling of `names`.
std::string_view find_register(std::string_view printed, std::span<const std::string_view> names);

}  // namespace inquest
