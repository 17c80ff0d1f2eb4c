#include "model/arguments_text.h"

#include <fmt/format.h>
#include <vector>

#include "base/text.h"

namespace inquest {

std::string arguments_text(const Frame& frame) {
    std::vector<std::string> known;
    for (const FrameArgument& argument : frame.arguments) {
        if (!argument.value) continue;
        const bool null = *argument.value == 0 && argument.type.ends_with('*');
        const std::string name =
            argument.name.empty() ? fmt::format("argument {}", argument.number) : argument.name;
        const std::string other = argument.dwarf ? fmt::format(" (DWARF says {})", hex(*argument.dwarf)) : "";
        const std::string_view doubt = argument.from == "memory" ? "?" : "";
        known.push_back(fmt::format("{} = {}{}{}", name, null ? "NULL" : hex(*argument.value), doubt, other));
    }
    return fmt::format("{}", fmt::join(known, ", "));
}

}  // namespace inquest
