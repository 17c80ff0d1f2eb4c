// Lockdep on the order of locks: what could deadlock, although it did not this time.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/locks.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"possible circular locking dependency",
                                          "possible irq lock inversion dependency",
                                          "possible recursive locking",
                                          "-unsafe lock order detected",
                                          "inconsistent lock state",
                                          "Invalid wait context"};

// The locks of work items are taken by these; the item is to blame.
constexpr std::string_view kWorkQueue[] = {"process_one_work", "flush_workqueue", "drain_workqueue",
                                           "destroy_workqueue"};
constexpr std::string_view kSocketLock[] = {"lock_sock", "release_sock"};

enum class Report { circular, inversion, recursive, unsafe_order, inconsistent, wait_context };

std::optional<Report> report_named(std::string_view text) {
    if (text.starts_with("possible circular locking dependency detected")) return Report::circular;
    if (text.starts_with("possible irq lock inversion dependency detected")) return Report::inversion;
    if (text.starts_with("possible recursive locking detected")) return Report::recursive;
    if (text.starts_with("inconsistent lock state")) return Report::inconsistent;
    if (text.starts_with("Invalid wait context")) return Report::wait_context;
    const auto words = split_words(text.substr(0, 100));
    if (words.size() >= 6 && words[0].ends_with("-safe") && words[1] == "->" && words[2].ends_with("-unsafe"))
        return Report::unsafe_order;
    return std::nullopt;
}

std::optional<Report> read_headline(const Line& line) {
    for (std::string_view header : {"WARNING: ", "INFO: ", "BUG: "})
        if (auto scan = after_header(line, header)) return report_named(scan->rest());
    return std::nullopt;
}

Report report_of(const CrashEvent& event) {
    return read_headline(Line{.text = event.headline, .enveloped = true}).value_or(Report::circular);
}

bool opens(const Line& line, CrashEvent& event) {
    if (!read_headline(line)) return false;
    open_event(line, event, Kind::lockdep);
    return true;
}

// "but task is already holding lock" of the other side, the chain, the heads of "state was registered at"
bool takes(const Line& line, CrashEvent& event) { return takes_lock(line, event); }

std::vector<Frame> chain(const CrashEvent& event) {
    std::vector<Frame> frames;
    for (const Stack& stack : event.stacks)
        frames.insert(frames.end(), stack.frames.begin(), stack.frames.end());
    return frames;
}

void blame_order(CrashEvent& event, NamePatterns also) {
    if (blame_place(event, lock_places(event), "it takes the lock that closes the circle", also)) return;
    blame_trace(event, chain(event), also);
    if (event.guilty.function.empty()) blame_trace(event, event.trace, also);
}

void blame_unsafe_order(CrashEvent& event) {
    for (const Stack& stack : event.stacks) {
        if (stack.title.find("which became") == std::string::npos) continue;
        blame_trace(event, stack.frames);
        return;
    }
    blame_order(event, {});
}

void finish(CrashEvent& event) {
    default_ip(event);
    const bool old_wording = event.headline.find("INFO: ") != std::string::npos;
    switch (report_of(event)) {
        case Report::circular:
            blame_order(event, kWorkQueue);
            event.title = title_in("possible deadlock", event);
            break;
        case Report::unsafe_order:
            old_wording ? blame_order(event, {}) : blame_unsafe_order(event);
            event.title = title_in("possible deadlock", event);
            break;
        case Report::inversion:
        case Report::recursive:
            blame_place(event, lock_places(event), "it takes the lock in the wrong context");
            if (event.guilty.function.empty()) blame_order(event, {});
            event.title = title_in("possible deadlock", event);
            break;
        case Report::inconsistent:
            if (old_wording)
                blame_order(event, {});
            else
                blame_trace(event, event.trace);
            event.title = title_in("inconsistent lock state", event);
            break;
        case Report::wait_context:
            blame_trace(event, event.trace, kSocketLock);
            event.title = title_in("WARNING: locking bug", event);
            break;
    }
}

}  // namespace

extern const KindReader plugin_kinds_lockdep;
const KindReader plugin_kinds_lockdep{"lockdep", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
