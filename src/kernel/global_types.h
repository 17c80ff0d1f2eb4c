// The types of the kernel's global variables that people ask for. BTF does not hold them (but for per-CPU
// ones), and a guess would be worse than no answer.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace inquest {

struct GlobalType {
    std::string_view symbol, type;  // the type as parse_type reads it
};

std::span<const GlobalType> global_types();  // in order of symbols

// The type that a global has had since 4.18; nullopt for all that are not in the table.
std::optional<std::string_view> global_type(std::string_view symbol);

}  // namespace inquest
