// The OOM killer: who asked for memory, why there was none, whom it killed, and whether the kernel then gave
// up.
#include <algorithm>

#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/memory_table.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {
    " invoked oom-killer: ", "Out of memory", "Memory cgroup out of memory: Kill",
    "Kernel panic - not syncing: System is deadlocked on memory", "oom-kill:constraint="};
constexpr std::size_t kMostUsers = 5;
constexpr std::size_t kMostSpared = 10;
constexpr int kNeverKilled = -1000;

// What the panic's wording says of vm.panic_on_oom.
struct PanicWording {
    std::string_view words;
    std::string_view setting;
};
constexpr PanicWording kPanics[] = {
    {"Out of memory: system-wide panic_on_oom is enabled", "1"},
    {"Out of memory: compulsory panic_on_oom is enabled", "2"},
    {"out of memory. panic_on_oom is selected", "set"},
    {"out of memory. Compulsory panic_on_oom is selected.", "2"},
    {"Out of memory and no killable processes", ""},
    {"System is deadlocked on memory", ""},
};

const PanicWording* panic_in(const Line& line) {
    auto scan = after_header(line, "Kernel panic - not syncing: ");
    if (!scan) return nullptr;
    for (const PanicWording& panic : kPanics)
        if (scan->rest().starts_with(panic.words)) return &panic;
    return nullptr;
}

void read_panic(const Line& line, const PanicWording& panic, CrashEvent& event) {
    const auto text = trim(line.text);
    event.kind = Kind::oom_panic;
    add_fact(event, line, "panic", text.substr(text.find("syncing: ") + 9));
    if (!panic.setting.empty()) add_fact(event, line, "panic-on-oom", panic.setting);
}

// "wombat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
bool opens_invocation(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    const auto at = text.find(kTriggers[0]);
    if (at == text.npos || at == 0 || at > 64 || text.find("gfp_mask=", at) == text.npos) return false;
    open_event(line, event, Kind::oom_kill);
    event.task.comm = text.substr(0, at);
    read_allocation(line, event);
    return true;
}

// "Out of memory: Killed process 4711 (wombat) total-vm:...", "Memory cgroup out of memory: Kill process 4711
// (wombat) score 999 or sacrifice child"
bool read_victim(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    for (std::string_view header : {"Out of memory: ", "Memory cgroup out of memory: ",
                                    "Out of memory (oom_kill_allocating_task): ", ""}) {
        Scanner scan(text);
        if (!scan.literal(header)) continue;
        const bool done = scan.literal("Killed process ");
        if (!done && !scan.literal("Kill process ")) continue;
        const auto pid = scan.dec();
        auto name = between(scan.rest(), "(", ")");
        if (!pid || !name) return false;
        const std::string victim = std::string(*name) + " (pid " + std::to_string(*pid) + ")";
        const auto known = event.fact("victim");
        if (!known.empty() && known != victim) return false;
        if (known.empty()) add_fact(event, line, "victim", victim);
        if (header.starts_with("Memory cgroup") && event.fact("scope").empty())
            add_fact(event, line, "scope", "memory cgroup");
        if (auto anon = between(text, "anon-rss:", ","); anon && event.fact("victim-anon-rss").empty())
            add_fact(event, line, "victim-anon-rss", *anon);
        return true;
    }
    return false;
}

bool opens(const Line& line, CrashEvent& event) {
    if (opens_invocation(line, event)) return true;
    if (const PanicWording* panic = panic_in(line)) {
        open_event(line, event, Kind::oom_panic);
        read_panic(line, *panic, event);
        return true;
    }
    const auto text = trim(line.text);
    if (!text.starts_with("Out of memory: Kill") && !text.starts_with("Memory cgroup out of memory: Kill"))
        return false;
    if (!read_victim(line, event)) return false;
    open_event(line, event, Kind::oom_kill);
    return true;
}

// "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a,task=wombat,..."
bool read_summary(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (!text.starts_with("oom-kill:constraint=")) return false;
    auto value = [&](std::string_view name) {
        const auto at = text.find(name);
        if (at == text.npos) return std::string_view();
        auto rest = text.substr(at + name.size());
        return rest.substr(0, rest.find(','));
    };
    add_fact(event, line, "constraint", value("constraint="));
    if (auto group = value(",oom_memcg="); !group.empty()) add_fact(event, line, "memcg", group);
    if (auto task = value(",task="); !task.empty() && event.fact("victim").empty())
        add_fact(event, line, "victim", std::string(task) + " (pid " + std::string(value(",pid=")) + ")");
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::oom_kill) return false;
    if (const PanicWording* panic = panic_in(line)) {
        read_panic(line, *panic, open);
        return true;
    }
    return read_summary(line, open) || read_victim(line, open);
}

// A row of the task table: "[   4711]     0  4711   123456    65432   901120        0         -1000 wombat";
// older kernels have other columns in the middle, but begin with uid, tgid, total_vm, rss and end with the
// adjustment.
struct TaskRow {
    std::uint64_t pid, rss;
    std::int64_t adjustment;
    std::string_view name;
};

std::optional<TaskRow> task_row(std::string_view text) {
    if (text.empty() || text.front() != '[') return std::nullopt;
    Scanner scan(text.substr(1));
    const auto pid = scan.spaces().dec();
    if (!pid || !scan.spaces().literal("]")) return std::nullopt;
    const auto words = split_words(scan.rest());
    std::size_t numbers = 0;
    while (numbers < words.size() && parse_signed(words[numbers])) ++numbers;
    if (numbers < 6 || numbers == words.size()) return std::nullopt;
    const auto rss = parse_dec(words[3]);
    if (!rss) return std::nullopt;
    return TaskRow{*pid, *rss, *parse_signed(words[numbers - 1]),
                   text.substr(static_cast<std::size_t>(words[numbers].data() - text.data()))};
}

std::uint64_t leading_number(const Fact& fact) { return Scanner(fact.value).dec().value_or(0); }

// Keeps the largest tasks, as facts "user": "65432 pages, wombat (pid 4711)".
bool takes_task(const Line& line, CrashEvent& event) {
    const auto row = task_row(trim(line.text));
    if (!row) return false;
    const std::string who = std::string(row->name) + " (pid " + std::to_string(row->pid) + ")";
    auto is = [](std::string_view name) { return [name](const Fact& fact) { return fact.name == name; }; };
    if (row->adjustment == kNeverKilled &&
        std::ranges::count_if(event.facts, is("spared")) < static_cast<std::ptrdiff_t>(kMostSpared))
        add_fact(event, line, "spared", who + ": oom_score_adj -1000");
    const std::string value = std::to_string(row->rss) + " pages, " + who;
    if (std::ranges::count_if(event.facts, is("user")) < static_cast<std::ptrdiff_t>(kMostUsers)) {
        add_fact(event, line, "user", value);
        return true;
    }
    Fact* least = nullptr;
    for (Fact& fact : event.facts)
        if (fact.name == "user" && (!least || leading_number(fact) < leading_number(*least))) least = &fact;
    if (least && leading_number(*least) < row->rss) *least = {"user", value, line.number};
    return true;
}

// "memory: usage 204800kB, limit 204800kB, failcnt 4711", "Memory cgroup stats for /wombat:"
bool takes_group(const Line& line, std::string_view text, CrashEvent& event) {
    if (text.starts_with("memory: usage ")) {
        add_fact(event, line, "memcg-usage", text.substr(8));
        return true;
    }
    if (text.starts_with("Memory cgroup stats for ")) {
        const auto group = text.substr(24);
        if (event.fact("memcg").empty()) add_fact(event, line, "memcg", group.substr(0, group.find(':')));
        return true;
    }
    if (text.starts_with("Task in ") && text.find(" killed as a result of limit of ") != text.npos) {
        add_fact(event, line, "memcg", text.substr(text.rfind(' ') + 1));
        return true;
    }
    return false;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (takes_task(line, event) || takes_memory(line, event) || takes_group(line, text, event)) return true;
    if (read_summary(line, event)) return true;
    if (text.starts_with("Killed process ")) return read_victim(line, event);
    return text.starts_with("[ pid ]") || text.starts_with("[  pid  ]") ||
           text.starts_with("Tasks state (memory values in pages)") || text.starts_with("oom_reaper: ") ||
           text.starts_with("oom_kill_process: ");
}

// Largest users first, behind the other facts.
void sort_users(CrashEvent& event) {
    const auto users = std::stable_partition(event.facts.begin(), event.facts.end(),
                                             [](const Fact& f) { return f.name != "user"; });
    std::stable_sort(users, event.facts.end(),
                     [](const Fact& a, const Fact& b) { return leading_number(a) > leading_number(b); });
}

void finish(CrashEvent& event) {
    sort_users(event);
    default_ip(event);
    if (event.kind == Kind::oom_panic) {
        event.title = clean_title("kernel panic: " + std::string(event.fact("panic")));
        return;
    }
    const bool group = event.fact("constraint") == "CONSTRAINT_MEMCG" || !event.fact("memcg-usage").empty() ||
                       !event.fact("scope").empty();
    std::string title = group ? "Memory cgroup out of memory" : "Out of memory";
    const auto victim = event.fact("victim");
    if (!victim.empty()) title += ": killed process " + std::string(victim.substr(0, victim.rfind(" (pid ")));
    event.title = clean_title(title);
}

}  // namespace

extern const KindReader plugin_kinds_oom;
const KindReader plugin_kinds_oom{"oom", kTriggers, opens, continues, takes, finish, true};

}  // namespace inquest
