#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/percpu.h"

namespace inquest {
namespace {

struct Selection {
    bool kernel_only = false, user_only = false, active_only = false, leaders_only = false, no_idle = false;
    std::span<const std::string> words;

    [[nodiscard]] bool holds(const TaskView& task) const {
        auto is_wanted = [&](std::string_view word) {
            return word == task.comm || parse_signed(word) == task.pid || parse_hex(word) == task.address;
        };
        return !(kernel_only && !task.kernel_thread) && !(user_only && task.kernel_thread) &&
               !(active_only && !task.current) && !(leaders_only && task.pid != task.tgid) &&
               !(no_idle && task.pid == 0) && (words.empty() || std::ranges::any_of(words, is_wanted));
    }
};

std::string name_of(const TaskView& task) {
    std::string name = escape_for_terminal(task.comm);
    return task.kernel_thread ? "[" + name + "]" : name;
}

std::string line_of(const TaskView& task, std::string_view indent) {
    return fmt::format("{}  {:>7} {:>7} {:>3}  {:016x}  {:<2}  {}{}\n", task.current ? '>' : ' ', task.pid,
                       task.parent, task.cpu, task.address, task.state, indent, name_of(task));
}

Json json_of(const TaskView& task) {
    Json one;
    one.set("pid", task.pid);
    one.set("tgid", task.tgid);
    one.set("ppid", task.parent);
    one.set("comm", task.comm);
    one.set("cpu", task.cpu);
    one.set("address", hex(task.address));
    one.set("state", task.state);
    one.set("kernel_thread", task.kernel_thread);
    one.set("current", task.current);
    return one;
}

constexpr std::size_t kDeepest = 64;  // of parents' parents: parents may run in a circle

// From the first ancestor down to the task, as crash has it.
std::string ancestry(const TaskList& list, const TaskView& task) {
    std::vector<const TaskView*> chain{&task};
    while (chain.back()->pid != 0 && chain.size() < kDeepest) {
        auto parent = std::ranges::find(list.tasks, chain.back()->parent, &TaskView::pid);
        if (parent == list.tasks.end()) break;
        chain.push_back(&*parent);
    }
    std::string text;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const TaskView& one = *chain[chain.size() - 1 - i];
        text += fmt::format("{}PID: {:<6} TASK: {:016x}  CPU: {:<3} COMMAND: \"{}\"\n", std::string(i, ' '),
                            one.pid, one.address, one.cpu, escape_for_terminal(one.comm));
    }
    return text;
}

std::string children(const TaskList& list, const TaskView& task) {
    std::string text = fmt::format("PID: {:<6} TASK: {:016x}  CPU: {:<3} COMMAND: \"{}\"\n", task.pid,
                                   task.address, task.cpu, escape_for_terminal(task.comm));
    bool any = false;
    for (const TaskView& child : list.tasks) {
        if (child.parent != task.tgid || child.address == task.address || child.pid != child.tgid) continue;
        any = true;
        text += fmt::format("  PID: {:<6} TASK: {:016x}  CPU: {:<3} COMMAND: \"{}\"\n", child.pid,
                            child.address, child.cpu, escape_for_terminal(child.comm));
    }
    return any ? text : text + "  (no children)\n";
}

// Every task under its parent, threads under their leader. What parents in a circle leave out comes last.
std::string forest(const std::vector<const TaskView*>& shown) {
    std::multimap<int, const TaskView*> below;
    std::set<int> pids;
    for (const TaskView* task : shown) pids.insert(task->pid);
    std::vector<std::pair<const TaskView*, std::size_t>> open;
    for (const TaskView* task : shown) {
        int above = task->pid != task->tgid ? task->tgid : task->parent;
        bool is_root = task->pid == 0 || !pids.contains(above) || above == task->pid;
        if (is_root) open.emplace_back(task, 0);
        if (!is_root) below.emplace(above, task);
    }
    std::ranges::reverse(open);
    std::string text;
    std::set<const TaskView*> done;
    while (!open.empty()) {
        auto [task, depth] = open.back();
        open.pop_back();
        if (!done.insert(task).second) continue;
        text += line_of(*task, std::string(std::min(depth, kDeepest) * 2, ' '));
        if (task->pid == 0 && task->tgid == 0 && task->cpu != 0) continue;  // idle tasks share PID 0
        auto [first, last] = below.equal_range(task->pid);
        std::size_t before = open.size();
        for (; first != last; ++first) open.emplace_back(first->second, depth + 1);
        std::reverse(open.begin() + static_cast<std::ptrdiff_t>(before), open.end());
    }
    for (const TaskView* task : shown)
        if (!done.contains(task)) text += line_of(*task, "");
    return text;
}

std::string groups(const std::vector<const TaskView*>& shown) {
    std::string text;
    for (const TaskView* leader : shown) {
        if (leader->pid != leader->tgid) continue;
        text += line_of(*leader, "");
        for (const TaskView* thread : shown)
            if (thread->tgid == leader->tgid && thread->pid != leader->pid) text += line_of(*thread, "  ");
    }
    return text;
}

std::string summary(const std::vector<const TaskView*>& shown) {
    std::map<std::string, std::size_t> states;
    for (const TaskView* task : shown) ++states[task->state];
    std::string text;
    for (const auto& [state, count] : states) text += fmt::format("{}: {}\n", state, count);
    return text;
}

std::string ago_text(std::uint64_t nanoseconds) {
    constexpr std::uint64_t kMilli = 1000000, kDay = 86400000, kHour = 3600000, kMinute = 60000,
                            kSecond = 1000;
    const std::uint64_t all = nanoseconds / kMilli;
    return fmt::format("{} {:02}:{:02}:{:02}.{:03}", all / kDay, all % kDay / kHour, all % kHour / kMinute,
                       all % kMinute / kSecond, all % kSecond);
}

// When each task ran last, the latest first: as the scheduler's clock had it, or how long before its CPU
// died.
Result<std::string> last_runs(Workspace& workspace, std::vector<const TaskView*> shown, bool ago) {
    Session& session = workspace.session();
    const Types* types = session.types();
    auto arrival = types ? types->offset_of("task_struct", "sched_info.last_arrival") : std::nullopt;
    auto clock_at = types ? types->offset_of("rq", "clock") : std::nullopt;
    if (!arrival || !clock_at)
        return fail("this kernel does not keep when its tasks ran (CONFIG_SCHED_INFO)");
    auto clocks = per_cpu_pointers(session, "runqueues", *clock_at);
    std::map<const TaskView*, std::uint64_t> times;
    for (const TaskView* task : shown)
        times[task] = session.read_pointer(task->address + *arrival).value_or(0);
    std::ranges::stable_sort(shown, std::ranges::greater{},
                             [&](const TaskView* task) { return times[task]; });
    std::string text;
    for (const TaskView* task : shown) {
        std::string when = fmt::format("{}", times[task]);
        if (ago) {
            const std::uint64_t now = task->cpu < clocks.size() ? clocks[task->cpu] : 0;
            when = now >= times[task] && now ? ago_text(now - times[task]) : "?";
        }
        text +=
            fmt::format("[{}] [{:<2}]  PID: {:<6} TASK: {:016x}  CPU: {:<3} COMMAND: \"{}\"\n", when,
                        task->state, task->pid, task->address, task->cpu, escape_for_terminal(task->comm));
    }
    return text;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("ps", "kuAGIHpcgfSlm", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    const Selection selection{options->has('k'), options->has('u'), options->has('A'),
                              options->has('G'), options->has('I'), options->words()};
    const TaskList& list = workspace.tasks();
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = list.problems};
    std::vector<const TaskView*> shown;
    Json::Array tasks;
    for (const TaskView& task : list.tasks) {
        if (!selection.holds(task)) continue;
        shown.push_back(&task);
        tasks.push_back(json_of(task));
    }
    for (const std::string& word : options->words()) {
        Selection one = selection;
        std::span<const std::string> alone(&word, 1);
        one.words = alone;
        if (std::ranges::none_of(list.tasks, [&](const TaskView& task) { return one.holds(task); }))
            return fail("no task " + word + "; ps lists them");
    }
    answer.json.set("tasks", std::move(tasks));
    if (options->has('l') || options->has('m')) {
        if (auto shown_times = last_runs(workspace, shown, options->has('m')))
            answer.text = std::move(*shown_times);
        else
            return cannot_tell(shown_times.error().message());
        return answer;
    }
    if (options->has('p') || options->has('c')) {
        for (const TaskView* task : shown)
            answer.text += (options->has('p') ? ancestry(list, *task) : children(list, *task)) + "\n";
        return answer;
    }
    if (options->has('S')) {
        answer.text = summary(shown);
        return answer;
    }
    if (!options->has('H'))
        answer.text = fmt::format("   {:>7} {:>7} {:>3}  {:<16}  ST  COMM\n", "PID", "PPID", "CPU", "TASK");
    if (options->has('f')) {
        answer.text += forest(shown);
    } else if (options->has('g')) {
        answer.text += groups(shown);
    } else {
        for (const TaskView* task : shown) answer.text += line_of(*task, "");
    }
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_ps;
const Inspection plugin_inspections_ps{
    "ps", "[-k | -u] [-A] [-G] [-I] [-H] [-f | -g | -p | -c | -S | -l | -m] [PID | TASK | COMM]...",
    "tasks: the kernel's list, every thread",
    "  -k  kernel threads only      -u  user tasks only           -I  no idle tasks\n"
    "  -A  what the CPUs ran        -G  thread group leaders only  -H  no header\n"
    "  -f  as a tree, children below their parents, threads below their leader\n"
    "  -g  by thread groups         -p  the parents of each       -c  the children of each\n"
    "  -S  how many are in each state\n"
    "  -l  the scheduler's time at which each ran last, latest first; -m how long before the end that was\n"
    "      (days hours:minutes:seconds, by the clock of its CPU, which stands still on an idle one)\n"
    "The list is held against the PID table: what only one of them knows is said.\n"
    "'>' marks what a CPU ran when the kernel died. States: RU running, IN interruptible,\n"
    "UN uninterruptible, ID idle, ST stopped, TR traced, PA parked, ZO zombie, DE dead.",
    run};

}  // namespace inquest
