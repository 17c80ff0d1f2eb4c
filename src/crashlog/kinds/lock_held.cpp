// Lockdep on locks that are held when they must not be, or released when they are not held.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/locks.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"bad unlock balance detected", "held lock freed",
                                          "still has locks held", "lock held when returning to user space",
                                          "Nested lock was not taken"};

struct Report {
    std::string_view words;
    std::string_view title;
    bool place;  // the lock's place is to blame, not the trace
};
constexpr Report kReports[] = {
    {"bad unlock balance detected!", "bad unlock balance", false},
    {"held lock freed!", "held lock freed", true},
    {"still has locks held!", "still has locks held", true},
    {"lock held when returning to user space!", "lock held when returning to user space", true},
    {"Nested lock was not taken", "nested lock was not taken", false},
};

const Report* report_in(std::string_view text) {
    for (const Report& report : kReports)
        if (text.find(report.words) != text.npos) return &report;
    return nullptr;
}

bool opens(const Line& line, CrashEvent& event) {
    for (std::string_view header : {"WARNING: ", "BUG: "}) {
        auto scan = after_header(line, header);
        if (!scan) continue;
        const Report* report = report_in(scan->rest());
        // "WARNING: wombat/4711 still has locks held!" has the task between; the others begin with their
        // words.
        if (!report || (report->words != "still has locks held!" && !scan->rest().starts_with(report->words)))
            return false;
        open_event(line, event, Kind::lockdep);
        add_fact(event, line, "report", std::string(header) + std::string(report->title));
        if (report->words == "still has locks held!")
            if (auto task = scan_task(scan->until(" still").value_or(""), '/')) event.task = *task;
        return true;
    }
    return false;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.ends_with(" at:") && text.find("is trying to release lock") != text.npos) {
        add_fact(event, line, "released-lock", between(text, "release lock (", ") at:").value_or(""));
        add_fact(event, line, "released-at", "");
        return true;
    }
    if (!event.facts.empty() && event.facts.back().name == "released-at" &&
        event.facts.back().value.empty()) {
        event.facts.back().value = text;
        return true;
    }
    if (text.starts_with("but there are no more locks to release")) return true;
    return takes_lock(line, event);
}

void finish(CrashEvent& event) {
    const std::string title(event.fact("report"));
    const Report* report = report_in(event.headline);
    if (report && report->place) blame_place(event, lock_places(event), "it took the lock");
    if (auto place = find_code(event.fact("released-at")))
        blame_place(event, {*place}, "it releases the lock");
    default_ip(event);
    if (event.guilty.function.empty()) blame_trace(event, event.trace);
    if (event.guilty.function.empty()) blame_place(event, lock_places(event), "it takes the lock");
    event.title = title_in(title, event);
}

}  // namespace

extern const KindReader plugin_kinds_lock_held;
const KindReader plugin_kinds_lock_held{"lock_held", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
