#include "knowledge/condition.h"

#include <algorithm>

#include "base/text.h"

namespace inquest {
namespace {

bool same_module(std::string_view a, std::string_view b) {
    auto same = [](char x, char y) { return x == y || ((x == '-' || x == '_') && (y == '-' || y == '_')); };
    return std::ranges::equal(a, b, same);
}

bool is_offset(const CodeRef& at, std::string_view wanted) {
    auto slash = wanted.find('/');
    auto offset = parse_hex(wanted.substr(0, slash));
    if (!offset || at.offset != offset) return false;
    return slash == wanted.npos || (at.size && at.size == parse_hex(wanted.substr(slash + 1)));
}

Answer found(bool holds) { return holds ? Answer::yes : Answer::no; }

}  // namespace

Answer names_place(std::string_view line, std::string_view place) {
    auto file = place.substr(0, place.find(':'));
    Answer best = Answer::no;
    for (auto at = line.find(file); at != line.npos; at = line.find(file, at + 1)) {
        if (at > 0 && line[at - 1] != ' ' && line[at - 1] != '/') continue;
        auto behind = line.substr(at + file.size());
        if (!behind.starts_with(':')) continue;
        if (place.size() == file.size()) return Answer::yes;
        auto wanted = place.substr(file.size());
        bool exact = behind.starts_with(wanted) &&
                     (behind.size() == wanted.size() || !is_digit(behind[wanted.size()]));
        if (exact) return Answer::yes;
        best = Answer::partly;
    }
    return best;
}

bool identifies(Condition::Type type) {
    switch (type) {
        case Condition::Type::function:
        case Condition::Type::caller:
        case Condition::Type::frames:
        case Condition::Type::log:
        case Condition::Type::bug_at:
        case Condition::Type::module_in_trace:
        case Condition::Type::last_unloaded:
            return true;
        default:
            return false;
    }
}

CompiledCondition::CompiledCondition(const Condition& condition)
    : type(condition.type), role(condition.role), weight(condition.weight), any(condition.any) {
    if (type == Condition::Type::log)
        for (const auto& pattern : any) patterns_.emplace_back(pattern);
    if (type == Condition::Type::frames)
        for (const auto& place : any) {
            auto& alternatives = places.emplace_back();
            for (std::string_view name : split(place, '|')) alternatives.emplace_back(name);
        }
}

bool CompiledCondition::names(std::string_view text) const {
    return std::ranges::find(any, text) != any.end();
}

Answer CompiledCondition::ask(const EventView& view) const {
    const CrashEvent& event = view.event;
    auto is_any = [&](auto&& test) { return std::ranges::any_of(any, test); };
    switch (type) {
        case Condition::Type::kind:
            return ask_kind(view);
        case Condition::Type::function:
            return view.function.empty() ? Answer::silent : found(names(view.function));
        case Condition::Type::caller:
            return view.caller ? found(names(view.caller->name)) : Answer::silent;
        case Condition::Type::frames:
            return ask_frames(view);
        case Condition::Type::log:
            return found(std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
                return std::ranges::any_of(view.lines(), [&](auto line) { return pattern.found_in(line); });
            }));
        case Condition::Type::fault_address:
            return ask_address(view);
        case Condition::Type::bug_at:
            return ask_bug_at(view);
        case Condition::Type::module:
            return ask_module(view, false);
        case Condition::Type::module_in_trace:
            return ask_module(view, true);
        case Condition::Type::last_unloaded:
            if (event.modules.empty() && event.last_unloaded.empty()) return Answer::silent;
            return found(is_any([&](const auto& name) { return same_module(name, event.last_unloaded); }));
        case Condition::Type::workqueue:
            if (event.workqueue.empty()) return Answer::silent;
            return found(
                is_any([&](const auto& name) { return event.workqueue.find(name) != std::string::npos; }));
        case Condition::Type::comm:
            if (event.task.comm.empty()) return Answer::silent;
            return found(is_any([&](std::string_view name) {
                return name.ends_with('*') ? event.task.comm.starts_with(name.substr(0, name.size() - 1))
                                           : event.task.comm == name;
            }));
        case Condition::Type::arch:
            return event.kernel.arch.empty() ? Answer::silent : found(names(event.kernel.arch));
        case Condition::Type::offset:
            // Another offset is another build, no contradiction.
            return is_any([&](const auto& wanted) { return is_offset(event.ip, wanted); }) ? Answer::yes
                                                                                           : Answer::silent;
        case Condition::Type::error_code: {
            auto code = parse_hex(event.error_code);
            if (!code) return Answer::silent;
            return found(is_any([&](const auto& wanted) { return parse_hex(wanted) == code; }));
        }
    }
    return Answer::no;
}

Answer CompiledCondition::ask_kind(const EventView& view) const {
    if (names(name_of(view.event.kind))) return Answer::yes;
    return view.headless() || view.event.kind == Kind::other ? Answer::silent : Answer::no;
}

bool CompiledCondition::in_order(const EventView& view, bool reliable_only,
                                 std::vector<const EventView::Function*>* matched) const {
    std::size_t next = 0;
    for (const auto& function : view.functions) {
        if (reliable_only && !function.reliable) continue;
        if (std::ranges::find(places[next], function.name) == places[next].end()) continue;
        if (matched) matched->push_back(&function);
        if (++next == places.size()) return true;
    }
    return false;
}

Answer CompiledCondition::ask_frames(const EventView& view) const {
    if (in_order(view, true, nullptr)) return Answer::yes;
    if (in_order(view, false, nullptr)) return Answer::partly;
    return view.event.trace.empty() ? Answer::silent : Answer::no;
}

Answer CompiledCondition::ask_bug_at(const EventView& view) const {
    Answer best = Answer::no;
    for (std::string_view line : view.lines())
        for (const auto& place : any) best = std::max(best, names_place(line, place));
    return best == Answer::no && view.headless() ? Answer::silent : best;
}

Answer CompiledCondition::ask_module(const EventView& view, bool in_trace_only) const {
    const CrashEvent& event = view.event;
    for (const auto& name : any) {
        if (std::ranges::any_of(view.functions,
                                [&](const auto& f) { return same_module(f.at->module, name); }))
            return Answer::yes;
        if (!in_trace_only && (event.module(name) || same_module(event.last_unloaded, name)))
            return Answer::yes;
    }
    bool shown = in_trace_only ? !event.trace.empty() : !event.modules.empty();
    return shown ? Answer::no : Answer::silent;
}

Answer CompiledCondition::ask_address(const EventView& view) const {
    if (!view.event.fault_address) return Answer::silent;
    return found(std::ranges::any_of(any, [&](const auto& wanted) {
        return address_is(*view.event.fault_address, wanted, view.event.kernel.arch).value_or(false);
    }));
}

std::string CompiledCondition::problem() const {
    for (std::size_t i = 0; i < any.size(); ++i) {
        if (type == Condition::Type::log && !patterns_[i].error().empty())
            return "bad pattern '" + any[i] + "': " + patterns_[i].error();
        if (type == Condition::Type::kind && !kind_named(any[i])) return "kind '" + any[i] + "' is unknown";
        if (type == Condition::Type::fault_address && !address_is(0, any[i], {}))
            return "fault_address '" + any[i] + "' is neither a class nor a number";
        if (type == Condition::Type::error_code && !parse_hex(any[i]))
            return "error_code '" + any[i] + "' is no number";
        if (type == Condition::Type::offset &&
            !parse_hex(std::string_view(any[i]).substr(0, any[i].find('/'))))
            return "offset '" + any[i] + "' is not like 0xc/0x20";
    }
    for (const auto& place : places)
        if (std::ranges::find(place, std::string()) != place.end()) return "frames hold an empty alternative";
    if (role != Condition::Role::supporting && type == Condition::Type::offset)
        return "an offset is a build's, it may only support";
    return {};
}

}  // namespace inquest
