#include "kernel/subsystems/blocked.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_set>

#include "kernel/percpu.h"

namespace inquest {
namespace {

constexpr std::uint64_t kWakeKill = 0x100;  // TASK_WAKEKILL since 4.14, include/linux/sched.h
constexpr std::uint64_t kStackSize = 64 << 10;
constexpr std::size_t kMostWaiters = 4096;

struct Waiting {
    std::string_view prefix, what;
};
// Functions of the kernel's own waiting by the beginning of their names; what they wait for where that tells
// it.
constexpr std::array<Waiting, 47> kWaiting{{
    {"__switch_to", ""},
    {"__schedule", ""},
    {"schedule", ""},
    {"preempt_schedule", ""},
    {"io_schedule", "I/O"},
    {"bit_wait_io", "I/O"},
    {"bit_wait", ""},
    {"__wait_on_bit", "a bit"},
    {"out_of_line_wait_on_bit", "a bit"},
    {"wait_on_page_bit", "a page"},
    {"folio_wait_bit", "a page"},
    {"__folio_lock", "a page"},
    {"__lock_page", "a page"},
    {"wait_on_buffer", "I/O"},
    {"__wait_on_buffer", "I/O"},
    {"blk_mq_get_tag", "I/O"},
    {"submit_bio_wait", "I/O"},
    {"rq_qos_wait", "I/O"},
    {"__mutex_lock", "a mutex"},
    {"mutex_lock", "a mutex"},
    {"ww_mutex_lock", "a mutex"},
    {"rwsem_down_", "a semaphore"},
    {"down_read", "a semaphore"},
    {"down_write", "a semaphore"},
    {"__down_", "a semaphore"},
    {"__down", "a semaphore"},
    {"down", "a semaphore"},
    {"percpu_rwsem_wait", "a semaphore"},
    {"__percpu_down_read", "a semaphore"},
    {"percpu_down_write", "a semaphore"},
    {"wait_for_completion", "a completion"},
    {"__wait_for_common", "a completion"},
    {"do_wait_for_common", "a completion"},
    {"__flush_work", "the end of work"},
    {"flush_work", "the end of work"},
    {"flush_delayed_work", "the end of work"},
    {"__cancel_work", "the end of work"},
    {"cancel_work", "the end of work"},
    {"cancel_delayed_work", "the end of work"},
    {"__flush_workqueue", "the end of work"},
    {"drain_workqueue", "the end of work"},
    {"kthread_stop", "the end of a thread"},
    {"synchronize_", "RCU"},
    {"__wait_rcu_gp", "RCU"},
    {"rcu_barrier", "RCU"},
    {"msleep", "a timer"},
    {"usleep_range", "a timer"},
}};

const Waiting* waiting_in(std::string_view function) {
    const Waiting* best = nullptr;  // the longest prefix
    for (const Waiting& known : kWaiting) {
        // "down" is a function of its own; "downgrade" begins as it does and is none of it.
        const bool fits = known.prefix == "down" ? function == "down" : function.starts_with(known.prefix);
        if (fits && (!best || known.prefix.size() > best->prefix.size())) best = &known;
    }
    return best;
}

void read_stack(BlockedTask& blocked) {
    for (const Frame& frame : blocked.frames) {
        const Waiting* known = waiting_in(frame.symbol);
        if (!known) {
            blocked.where = frame;
            return;
        }
        if (!known->what.empty()) blocked.what = known->what;
    }
}

// Finds the lock by the waiter that its slow path keeps on the stack: a list link, then the task (struct
// mutex_waiter, struct rwsem_waiter). The list leads through other waiters to the lock's own head.
class LockFinder {
  public:
    LockFinder(Objects& objects, const TaskList& tasks) : objects_(objects), tasks_(tasks) {}

    void find(BlockedTask& blocked) {
        const bool is_mutex = blocked.what == "a mutex", is_semaphore = blocked.what == "a semaphore";
        if (!is_mutex && !is_semaphore) return;
        const std::string_view lock = is_mutex ? "mutex" : "rw_semaphore";
        Object task = objects_.at("task_struct", blocked.task.address);
        // The kernel itself writes it down since 6.16 (CONFIG_DETECT_HUNG_TASK_BLOCKER); the low bits are a
        // kind.
        if (auto blocker = task.get("blocker"); blocker && *blocker)
            return take(blocked, lock, *blocker & ~std::uint64_t{3});
        if (auto mutex = task.get("blocked_on"); is_mutex && mutex && *mutex)
            return take(blocked, lock, *mutex);
        auto head = objects_.offset_of(lock, "wait_list");
        auto waiter_task = objects_.offset_of(is_mutex ? "mutex_waiter" : "rwsem_waiter", "task");
        if (head && waiter_task) search_stack(blocked, lock, *head, *waiter_task);
    }

  private:
    void search_stack(BlockedTask& blocked, std::string_view lock, std::uint64_t head,
                      std::uint64_t waiter_task) {
        std::vector<std::uint64_t> words(kStackSize / 8);
        std::size_t count = 0;
        for (; count < words.size(); ++count) {  // up to where the stack ends
            auto word = objects_.session().read_pointer(blocked.task.stack + count * 8);
            if (!word) break;
            words[count] = *word;
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (words[i] != blocked.task.address) continue;
            const std::uint64_t waiter = blocked.task.stack + i * 8 - waiter_task;
            if (auto found = lock_of(waiter, lock, head)) return take(blocked, lock, *found);
        }
    }

    // Among what the list leads through, the one whose surroundings name an owner that is a task.
    std::optional<std::uint64_t> lock_of(std::uint64_t waiter, std::string_view lock, std::uint64_t head) {
        std::unordered_set<std::uint64_t> seen{waiter};
        auto link = objects_.session().read_pointer(waiter);
        for (; link && *link != waiter && seen.size() < kMostWaiters;
             link = objects_.session().read_pointer(*link)) {
            if (!seen.insert(*link).second) return std::nullopt;
            auto back = objects_.session().read_pointer(*link + 8);
            if (!back || !seen.contains(*back)) return std::nullopt;  // no list_head of this list
            if (owner_of(lock, *link - head)) return *link - head;
        }
        return std::nullopt;
    }

    // mutex.owner and rw_semaphore.owner are a task with flags in the low three bits; of a semaphore that
    // readers hold it is the last of them (RWSEM_READER_OWNED).
    std::optional<TaskView> owner_of(std::string_view lock, std::uint64_t address) {
        auto owner = objects_.at(lock, address).get("owner");
        if (!owner || *owner < 8) return std::nullopt;
        auto task = std::ranges::find(tasks_.tasks, *owner & ~std::uint64_t{7}, &TaskView::address);
        return task == tasks_.tasks.end() ? std::nullopt : std::optional(*task);
    }

    void take(BlockedTask& blocked, std::string_view lock, std::uint64_t address) {
        blocked.lock = address;
        const bool read = lock == "rw_semaphore" && (objects_.at(lock, address).get("owner").value_or(0) & 1);
        (read ? blocked.last_reader : blocked.holder) = owner_of(lock, address);
    }

    Objects& objects_;
    const TaskList& tasks_;
};

}  // namespace

std::optional<std::uint64_t> scheduler_clock(Objects& objects) {
    std::optional<std::uint64_t> latest;
    for (std::uint64_t rq : per_cpu_addresses(objects.session(), "runqueues"))
        if (auto clock = objects.at("rq", rq).get("clock")) latest = std::max(latest.value_or(0), *clock);
    return latest;
}

std::optional<double> seconds_off_cpu(Objects& objects, const TaskView& task, std::uint64_t now) {
    // CONFIG_SCHED_INFO; without it the last time that the scheduler accounted for it.
    Object address = objects.at("task_struct", task.address);
    auto last = address.get_any({"sched_info.last_arrival", "se.exec_start"});
    if (!last || *last == 0 || *last > now) return std::nullopt;
    return static_cast<double>(now - *last) / 1e9;
}

BlockedTasks blocked_tasks(Objects& objects, CodeMap& code, const TaskList& tasks, std::size_t most) {
    BlockedTasks all;
    auto now = scheduler_clock(objects);
    for (const TaskView& task : tasks.tasks) {
        if (task.state != "UN") continue;
        BlockedTask blocked;
        blocked.task = task;
        if (now) blocked.seconds = seconds_off_cpu(objects, task, *now);
        blocked.killable =
            objects.at("task_struct", task.address).get_any({"__state", "state"}).value_or(0) & kWakeKill;
        all.tasks.push_back(std::move(blocked));
    }
    all.found = all.tasks.size();
    std::ranges::stable_sort(all.tasks, std::ranges::greater{},
                             [](const BlockedTask& blocked) { return blocked.seconds.value_or(0); });
    if (all.tasks.size() > most) all.tasks.resize(most);
    LockFinder locks(objects, tasks);
    for (BlockedTask& blocked : all.tasks) {
        blocked.frames = backtrace(objects.session(), code, blocked.task).frames;
        read_stack(blocked);
        locks.find(blocked);
    }
    return all;
}

std::vector<const BlockedTask*> waiting_ring(const std::vector<BlockedTask>& tasks, bool readers) {
    auto holder = [readers](const BlockedTask& task) {
        return task.holder || !readers ? task.holder : task.last_reader;
    };
    std::map<std::uint64_t, const BlockedTask*> waits;
    for (const BlockedTask& blocked : tasks)
        if (holder(blocked)) waits[blocked.task.address] = &blocked;
    for (const auto& [start, first] : waits) {
        std::vector<const BlockedTask*> chain;
        std::set<std::uint64_t> seen;
        for (const BlockedTask* at = first; at && seen.insert(at->task.address).second;) {
            chain.push_back(at);
            auto next = waits.find(holder(*at)->address);
            at = next == waits.end() ? nullptr : next->second;
            if (at == first) return chain;
        }
    }
    return {};
}

}  // namespace inquest
