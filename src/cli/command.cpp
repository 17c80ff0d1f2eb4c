#include "cli/command.h"

#include <algorithm>

namespace inquest {

void Arguments::set(std::string_view option, std::vector<std::string> values) {
    options_.emplace_back(option, std::move(values));
}

bool Arguments::has(std::string_view option) const {
    return std::ranges::any_of(options_, [&](const auto& given) { return given.first == option; });
}

const std::vector<std::string>& Arguments::values(std::string_view option) const {
    static const std::vector<std::string> kNone;
    for (const auto& [name, values] : options_)
        if (name == option) return values;
    return kNone;
}

std::string Arguments::value(std::string_view option, std::string_view otherwise) const {
    const auto& given = values(option);
    return given.empty() ? std::string(otherwise) : given.back();
}

}  // namespace inquest
