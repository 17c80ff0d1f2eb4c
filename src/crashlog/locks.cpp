#include "crashlog/locks.h"

#include <algorithm>

#include "crashlog/header.h"

namespace inquest {
namespace {

constexpr std::size_t kMostLocks = 64;

bool is_lock(const Fact& fact) {
    return fact.name.ends_with("lock") && fact.value.find("at: ") != std::string::npos;
}

// What the last heading said about the lock on the next line, kept as a fact without value until it comes.
bool takes_heading(const Line& line, std::string_view text, CrashEvent& event) {
    const char* name = nullptr;
    if (text.find("is trying to acquire") != text.npos)
        name = "wanted-lock";
    else if (text.find("already holding") != text.npos)
        name = "held-lock";
    else if (text.find("just changed the state of lock") != text.npos)
        name = "changed-lock";
    else if (text.ends_with(" takes:"))
        name = "taken-lock";
    if (!name || !text.ends_with(':')) return false;
    if (!event.facts.empty() && event.facts.back().value.empty()) event.facts.pop_back();
    add_fact(event, line, name, "");
    const auto verb = text.find(" is trying to");
    if (verb != text.npos && !event.task.pid)
        if (auto task = scan_task(text.substr(0, verb), '/')) event.task = *task;
    return true;
}

bool takes_trace_heading(std::string_view text, CrashEvent& event) {
    if (!text.ends_with(':')) return false;
    if (!text.starts_with("-> #") && !text.ends_with(" at:")) return false;
    begin_stack(event, text.substr(0, text.size() - 1));
    return true;
}

}  // namespace

bool takes_lock(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (takes_heading(line, text, event) || takes_trace_heading(text, event)) return true;
    const bool placed = text.find("at: ") != text.npos;
    Fact* last = event.facts.empty() ? nullptr : &event.facts.back();
    // Printed in pieces, a lock may come on two lines: "ffff888009876540 (&wombat->lock" and "){+.+.}, at:
    // ...".
    if (placed && text.front() == ')' && last && last->name.ends_with("lock")) {
        last->value += text;
        return true;
    }
    if (text.find('(') == text.npos) return false;
    if (last && last->value.empty()) {
        last->value = text;
        last->line = line.number;
        return true;
    }
    if (!placed) return false;
    if (std::ranges::count_if(event.facts, is_lock) < static_cast<std::ptrdiff_t>(kMostLocks))
        add_fact(event, line, "lock", text);
    return true;
}

std::vector<CodeRef> lock_places(const CrashEvent& event) {
    std::vector<CodeRef> places;
    for (const Fact& fact : event.facts) {
        if (!is_lock(fact)) continue;
        if (auto place = find_code(std::string_view(fact.value).substr(fact.value.find("at: "))))
            places.push_back(*place);
    }
    return places;
}

bool blame_place(CrashEvent& event, const std::vector<CodeRef>& places, std::string_view reason,
                 NamePatterns also) {
    for (const CodeRef& place : places) {
        const std::string name = bare_function(place.symbol);
        if (is_plumbing(name) || matches_any(name, also)) continue;
        accuse(event, place, std::string(reason));
        return true;
    }
    return false;
}

}  // namespace inquest
