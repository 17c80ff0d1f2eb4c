#include "kernel/subsystems/pid_table.h"

#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

constexpr std::size_t kMostNamed = 5;  // tasks in one sentence

// Addresses of the tasks behind the table's entries, by PID. An entry without a task stands for a group or
// session whose leader is gone.
struct Table {
    std::vector<std::uint64_t> tasks;
    std::vector<std::string> problems;
};

std::optional<Table> read_table(Session& session) {
    const Types* types = session.types();
    if (!types) return std::nullopt;
    auto space = session.symbols().address_of("init_pid_ns");
    auto head = types->offset_of("pid_namespace", "idr.idr_rt.xa_head"),
         first = types->offset_of("pid", "tasks"), link = types->offset_of("task_struct", "pid_links");
    if (!link) link = types->offset_of("task_struct", "pids");  // up to 4.18: the node comes first
    auto entry = space && head ? session.read_pointer(*space + *head) : std::nullopt;
    if (!entry || !first || !link) return std::nullopt;
    Walk walk = walk_xarray([&](std::uint64_t address) { return session.read_pointer(address); }, *types,
                            *entry, [] { return false; });
    Table table;
    for (const std::string& problem : walk.problems) table.problems.push_back("the PID table: " + problem);
    for (const WalkedEntry& pid : walk.entries) {
        auto node = session.read_pointer(pid.address + *first);  // PIDTYPE_PID is 0
        if (!node) {
            table.problems.push_back(
                fmt::format("the PID table: the entry of PID {} is not in the dump", pid.first));
        } else if (*node) {
            table.tasks.push_back(*node - *link);
        }
    }
    return table;
}

std::string names_of(const std::vector<TaskView>& tasks) {
    std::string names;
    for (std::size_t i = 0; i < tasks.size() && i < kMostNamed; ++i)
        names += fmt::format("{}{} ({})", i ? ", " : "", tasks[i].pid, escape_for_terminal(tasks[i].comm));
    return names + (tasks.size() > kMostNamed ? ", ..." : "");
}

}  // namespace

void compare_with_pid_table(Session& session, TaskList& list) {
    auto table = read_table(session);
    if (!table) return;
    std::unordered_set<std::uint64_t> listed, known(table->tasks.begin(), table->tasks.end());
    for (const TaskView& task : list.tasks) listed.insert(task.address);
    std::vector<TaskView> only_table, only_list;
    std::size_t unreadable = 0;
    for (std::uint64_t address : table->tasks) {
        if (listed.contains(address)) continue;
        auto task = read_task(session, address);
        if (task) {
            only_table.push_back(std::move(*task));
        } else {
            ++unreadable;
        }
    }
    if (table->problems.empty())
        for (const TaskView& task : list.tasks)
            if (task.pid != 0 && !known.contains(task.address)) only_list.push_back(task);
    list.problems.insert(list.problems.end(), table->problems.begin(), table->problems.end());
    if (!only_table.empty())
        list.problems.push_back(
            fmt::format("{} in the PID table but not in the task list, added: PID {}",
                        only_table.size() == 1 ? "1 task is" : fmt::format("{} tasks are", only_table.size()),
                        names_of(only_table)));
    if (unreadable)
        list.problems.push_back(
            fmt::format("the PID table leads to {} that cannot be read",
                        unreadable == 1 ? "1 task" : fmt::format("{} tasks", unreadable)));
    if (!only_list.empty())
        list.problems.push_back(
            fmt::format("{} in the task list but not in the PID table: PID {}",
                        only_list.size() == 1 ? "1 task is" : fmt::format("{} tasks are", only_list.size()),
                        names_of(only_list)));
    list.tasks.insert(list.tasks.end(), only_table.begin(), only_table.end());
}

}  // namespace inquest
