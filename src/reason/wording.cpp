#include "reason/wording.h"

#include <algorithm>

#include "base/text.h"
#include "model/symbol.h"
#include "reason/scene.h"

namespace inquest::reason {

bool says(const CrashEvent& event, std::string_view phrase) {
    auto holds = [&](std::string_view text) { return text.find(phrase) != text.npos; };
    return holds(event.headline) || holds(event.title) ||
           std::ranges::any_of(event.facts, holds, &Fact::value) ||
           std::ranges::any_of(event.excerpt, holds, &Evidence::text);
}

std::string_view source_place(std::string_view headline) {
    for (auto word : split_words(headline)) {
        auto colon = word.rfind(':');
        if (colon == word.npos || colon + 1 == word.size()) continue;
        auto path = word.substr(0, colon);
        auto digits = word.substr(colon + 1);
        if (digits.ends_with('!')) digits.remove_suffix(1);
        bool source =
            path.ends_with(".c") || path.ends_with(".h") || path.ends_with(".S") || path.ends_with(".rs");
        if (source && parse_dec(digits)) return word.substr(0, colon + 1 + digits.size());
    }
    return {};
}

std::string describe_task(const Task& task) {
    std::string pid = task.pid ? "pid " + std::to_string(*task.pid) : "";
    if (task.comm.empty()) return pid.empty() ? "a task" : pid;
    return pid.empty() ? task.comm : task.comm + " (" + pid + ")";
}

std::string offset_text(std::int64_t offset) {
    return offset < 0 ? "-" + hex(0 - static_cast<std::uint64_t>(offset))
                      : hex(static_cast<std::uint64_t>(offset));
}

std::string by_caller(const CrashEvent& event) {
    const Frame* from = caller(event);
    return from ? " by " + with_module(*from) : "";
}

const Frame* innermost(const CrashEvent& event, bool (*accepts)(std::string_view function)) {
    for (const auto& frame : event.trace)
        if (frame.reliable && !frame.symbol.empty() && accepts(bare_function(frame.symbol))) return &frame;
    return nullptr;
}

void quote_headline(CrashEvent& event) {
    if (!event.headline.empty()) add_evidence(event.verdict, event.headline, log_line(event.lines.first));
}

void quote_fact(CrashEvent& event, std::string_view name) {
    auto found = std::ranges::find(event.facts, name, &Fact::name);
    if (found != event.facts.end() && !found->value.empty() && found->value != event.headline)
        add_evidence(event.verdict, found->name + ": " + found->value, log_line(found->line));
}

}  // namespace inquest::reason
