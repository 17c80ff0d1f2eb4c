// Any words as a command line of `report`, and of "did you mean".
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/parse.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> words;
    for (std::string_view word : split({reinterpret_cast<const char*>(data), size}, '\n'))
        words.emplace_back(word);
    std::vector<std::string_view> names;
    for (const Command* command : all_commands()) {
        names.push_back(command->name);
        auto parsed = parse_arguments(*command, words);
        if (!parsed && parsed.error().message().empty()) __builtin_trap();
    }
    nearest(words.front(), names);
    return 0;
}
