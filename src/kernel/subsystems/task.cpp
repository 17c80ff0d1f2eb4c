#include "kernel/subsystems/task.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/text.h"
#include "kernel/percpu.h"
#include "kernel/subsystems/idle_tasks.h"
#include "kernel/subsystems/pid_table.h"

namespace inquest {
namespace {

constexpr std::size_t kMostTasks = 4 << 20;  // PID_MAX_LIMIT

// The members of task_struct that are read, looked up once. A kernel that lacks one has another in its place.
struct Layout {
    std::uint64_t pid, tgid, comm, parent, tasks, stack, state, exit_state, mm;
    std::optional<std::uint64_t> cpu, signal, thread_node, thread_head, on_cpu;

    static Result<Layout> find(const Types& btf) {
        auto at = [&](std::string_view path) { return btf.offset_of("task_struct", path); };
        auto either = [&](std::string_view one, std::string_view other) {
            auto offset = at(one);
            return offset ? offset : at(other);
        };
        auto state = either("__state", "state");      // renamed in 5.14 (2f064a59a11f)
        auto cpu = either("thread_info.cpu", "cpu");  // moved in 5.16 (bcf9033e5449)
        auto pid = at("pid"), tgid = at("tgid"), comm = at("comm"), parent = at("real_parent"),
             tasks = at("tasks"), stack = at("stack"), exit_state = at("exit_state"), mm = at("mm");
        for (auto& member : {pid, tgid, comm, parent, tasks, stack, state, exit_state, mm})
            if (!member)
                return fail(
                    "task_struct has another shape than any kernel known: a member is missing from BTF");
        return Layout{*pid,
                      *tgid,
                      *comm,
                      *parent,
                      *tasks,
                      *stack,
                      *state,
                      *exit_state,
                      *mm,
                      cpu,
                      at("signal"),
                      at("thread_node"),
                      btf.offset_of("signal_struct", "thread_head"),
                      at("on_cpu")};
    }
};

// include/linux/sched.h: TASK_* (macros, which BTF does not hold); values since 4.14 but for NOLOAD (4.2).
std::string state_name(std::uint32_t state, std::uint32_t exit_state) {
    constexpr std::uint32_t kInterruptible = 1, kUninterruptible = 2, kStopped = 4, kTraced = 8, kDead = 0x10,
                            kZombie = 0x20, kParked = 0x40, kNoLoad = 0x400;
    if (exit_state & kZombie) return "ZO";
    if (exit_state & kDead) return "DE";
    if ((state & (kUninterruptible | kNoLoad)) == (kUninterruptible | kNoLoad)) return "ID";
    if (state & kUninterruptible) return "UN";
    if (state & kInterruptible) return "IN";
    if (state & kStopped) return "ST";
    if (state & kTraced) return "TR";
    if (state & kParked) return "PA";
    return state == 0 ? "RU" : fmt::format("{:#x}", state);
}

Result<Layout> layout_of(Session& session) {
    const Types* types = session.types();
    if (!types)
        return fail(session.problems().empty() ? "the dump holds no types" : join(session.problems(), "; "));
    return Layout::find(*types);
}

Result<TaskView> read(const Session& session, const Layout& layout, std::uint64_t address) {
    TaskView task;
    task.address = address;
    auto pid = session.read_as<std::int32_t>(address + layout.pid),
         tgid = session.read_as<std::int32_t>(address + layout.tgid);
    auto comm = session.read_as<std::array<char, 16>>(address + layout.comm);
    auto state = session.read_as<std::uint32_t>(address + layout.state),
         exit_state = session.read_as<std::uint32_t>(address + layout.exit_state);
    auto parent = session.read_pointer(address + layout.parent),
         mm = session.read_pointer(address + layout.mm), stack = session.read_pointer(address + layout.stack);
    if (!pid || !tgid || !comm || !state || !exit_state || !parent || !mm || !stack)
        return fail("the task at " + hex(address) + " is not wholly in the dump");
    task.pid = *pid;
    task.tgid = *tgid;
    task.comm.assign(comm->data(), strnlen(comm->data(), comm->size()));
    task.state = state_name(*state, *exit_state);
    task.kernel_thread = *mm == 0;
    task.stack = *stack;
    task.parent = session.read_as<std::int32_t>(*parent + layout.tgid).value_or(0);
    if (layout.cpu) task.cpu = session.read_as<std::uint32_t>(address + *layout.cpu).value_or(0);
    if (layout.on_cpu)
        task.current = session.read_as<std::uint32_t>(address + *layout.on_cpu).value_or(0) == 1;
    return task;
}

class Lister {
  public:
    Lister(Session& session, const Layout& layout, TaskList& list)
        : session_(session), layout_(layout), list_(list) {}

    void idle_tasks() {
        auto known = per_cpu_pointers(session_, "idle_threads");
        for (std::uint64_t address : known.empty() ? idle_tasks_in_notes(session_) : known)
            if (address != 0) take(address);
    }

    void all_of(const std::vector<std::uint64_t>& tasks) {
        for (std::uint64_t address : tasks)
            if (address != 0) take(address);
    }

    void all(std::uint64_t init_task) {
        take(init_task);
        follow(init_task + layout_.tasks, layout_.tasks, "the task list", [this](std::uint64_t leader) {
            take(leader);
            if (layout_.signal && layout_.thread_node && layout_.thread_head) {
                auto signal = session_.read_pointer(leader + *layout_.signal);
                if (signal && *signal)
                    follow(*signal + *layout_.thread_head, *layout_.thread_node,
                           fmt::format("the threads of {}", hex(leader)),
                           [this](std::uint64_t thread) { take(thread); });
            }
        });
    }

  private:
    // Every element of a list_head but the head itself; each element once, whatever the list does.
    template <typename Take>
    void follow(std::uint64_t head, std::uint64_t offset, const std::string& what, Take take_element) {
        std::set<std::uint64_t> visited;
        auto next = session_.read_pointer(head);
        for (; next && *next != head; next = session_.read_pointer(*next)) {
            if (!visited.insert(*next).second || visited.size() > kMostTasks) {
                list_.problems.push_back(fmt::format("{} runs in a circle at {}", what, hex(*next)));
                return;
            }
            take_element(*next - offset);
        }
        if (!next)
            list_.problems.push_back(fmt::format("{} breaks off after {} entries", what, visited.size()));
    }

    void take(std::uint64_t address) {
        if (!seen_.insert(address).second) return;
        auto task = read(session_, layout_, address);
        if (task) {
            list_.tasks.push_back(std::move(*task));
        } else {
            list_.problems.push_back(task.error().message());
        }
    }

    Session& session_;
    const Layout& layout_;
    TaskList& list_;
    std::set<std::uint64_t> seen_;
};

}  // namespace

Result<TaskView> read_task(Session& session, std::uint64_t address) {
    auto layout = layout_of(session);
    if (!layout) return std::unexpected(std::move(layout.error()));
    return read(session, *layout, address);
}

TaskList list_tasks(Session& session) {
    TaskList list;
    auto layout = layout_of(session);
    auto init_task = session.symbols().address_of("init_task");
    if (!layout || !init_task) {
        list.problems.push_back(layout ? "the kernel's symbols do not tell where init_task is"
                                       : layout.error().message());
        return list;
    }
    Lister lister(session, *layout, list);
    lister.all(*init_task);
    lister.idle_tasks();
    compare_with_pid_table(session, list);
    // A task that is ending runs on when no list has it any more.
    auto current = current_tasks(session);
    lister.all_of(current);
    std::ranges::stable_partition(list.tasks, [](const TaskView& task) { return task.pid == 0; });
    // Without the per-CPU symbol, task_struct.on_cpu says it; it may also be set for a task just switched
    // out.
    for (TaskView& task : list.tasks)
        if (!current.empty()) task.current = std::ranges::find(current, task.address) != current.end();
    return list;
}

std::vector<std::uint64_t> current_tasks(Session& session) {
    auto tasks = per_cpu_pointers(session, "current_task");
    if (!tasks.empty()) return tasks;
    const Types* types = session.types();
    auto offset = types ? types->offset_of("pcpu_hot", "current_task") : std::nullopt;
    return offset ? per_cpu_pointers(session, "pcpu_hot", *offset) : tasks;
}

std::optional<unsigned> crashing_cpu(Session& session) {
    for (std::string_view name : {"crashing_cpu", "panic_cpu"}) {
        auto address = session.symbols().address_of(name);
        auto cpu = address ? session.read_as<std::int32_t>(*address) : std::nullopt;
        if (cpu && *cpu >= 0) return static_cast<unsigned>(*cpu);
    }
    return std::nullopt;
}

}  // namespace inquest
