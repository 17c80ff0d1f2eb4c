#include "model/event.h"

#include <algorithm>

namespace inquest {

std::string_view confidence_word(Confidence confidence) {
    return confidence >= kConfident ? "high" : confidence >= 0.5 ? "medium" : "low";
}

std::string_view name_of(Access access) {
    switch (access) {
        case Access::read:
            return "read";
        case Access::write:
            return "write";
        case Access::execute:
            return "execute";
        case Access::unknown:
            break;
    }
    return "unknown";
}

std::optional<std::uint64_t> CrashEvent::reg(std::string_view name) const {
    auto found = std::ranges::find(registers, name, &Register::name);
    return found == registers.end() ? std::nullopt : found->value;
}

std::string_view CrashEvent::fact(std::string_view name) const {
    auto found = std::ranges::find(facts, name, &Fact::name);
    return found == facts.end() ? std::string_view() : std::string_view(found->value);
}

const Module* CrashEvent::module(std::string_view name) const {
    auto same = [](char a, char b) { return a == b || ((a == '-' || a == '_') && (b == '-' || b == '_')); };
    auto found = std::ranges::find_if(
        modules, [&](const Module& m) { return std::ranges::equal(m.name, name, same); });
    return found == modules.end() ? nullptr : &*found;
}

}  // namespace inquest
