#include "kernel/subsystems/runqueue.h"

#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"
#include "kernel/percpu.h"

namespace inquest {
namespace {

constexpr std::uint64_t kRealTimePriorities = 100;  // MAX_RT_PRIO
constexpr std::size_t kMostQueued = 1 << 20;

// Collects the tasks of one CPU.
class Collector {
  public:
    Collector(Objects& objects, RunQueue& queue) : objects_(objects), queue_(queue) {}

    void deadline(const Object& rq) {
        if (auto root = rq.address_of("dl.root.rb_root.rb_node"))
            for (const Object& entity : objects_.tree(*root, "sched_dl_entity", "rb_node"))
                if (entity.get("dl_server").value_or(0) == 0)  // since 6.8; it stands for all of CFS
                    add(entity.address(), "dl", "DL", entity.get("deadline").value_or(0), 0, false);
    }

    void real_time(const Object& rq) {
        auto queues = rq.address_of("rt.active.queue");
        for (std::uint64_t priority = 0; queues && priority < kRealTimePriorities; ++priority) {
            // A bit is set where a list has entries.
            auto bits = rq.get("rt.active.bitmap", priority / 64);
            if (!bits || !(*bits >> priority % 64 & 1)) continue;
            for (const Object& entity : objects_.list(*queues + priority * 16, "sched_rt_entity", "run_list"))
                if (entity.get("my_q").value_or(0) == 0)
                    add(entity.address(), "rt", "RT", priority, 0, false);
        }
    }

    // A group's entity stands for a queue of its own; those are walked one after another.
    void fair(const Object& rq) {
        struct Group {
            Object queue;
            unsigned depth;
        };
        std::vector<Group> open{{rq.in("cfs"), 0}};
        std::unordered_set<std::uint64_t> seen;
        for (std::size_t i = 0; i < open.size(); ++i) {
            const Group group = open[i];
            auto root = group.queue.address_of("tasks_timeline.rb_root.rb_node");
            if (!root) continue;
            if (!seen.insert(group.queue.address()).second || seen.size() > kMostQueued) {
                objects_.add_problem("the run queues of task groups run in a circle at " +
                                     hex(group.queue.address()));
                return;
            }
            auto entities = objects_.tree(*root, "sched_entity", "run_node");
            // What runs is in no tree, but the groups it runs in may have more.
            if (Object running = group.queue.follow("curr"); running && running.get("my_q").value_or(0))
                entities.push_back(running);
            for (const Object& entity : entities) {
                if (Object below = entity.follow("my_q")) {
                    open.push_back({below, group.depth + 1});
                } else {
                    add(entity.address(), "se", "CFS", entity.get("vruntime").value_or(0), group.depth,
                        entity.get("sched_delayed").value_or(0) != 0);
                }
            }
        }
    }

  private:
    void add(std::uint64_t entity, std::string_view member, std::string_view name, std::uint64_t order,
             unsigned depth, bool delayed) {
        auto offset = objects_.offset_of("task_struct", member);
        if (!offset || queue_.queued.size() >= kMostQueued) return;
        auto task = read_task(objects_.session(), entity - *offset);
        if (!task) return objects_.add_problem(task.error().message());
        const auto priority = objects_.at("task_struct", task->address).get("prio").value_or(0);
        queue_.queued.push_back({std::move(*task), name, static_cast<int>(priority), order, depth, delayed});
    }

    Objects& objects_;
    RunQueue& queue_;
};

}  // namespace

std::vector<unsigned> online_cpus(Session& session) {
    const std::size_t count = per_cpu_offsets(session).size();
    auto mask = session.symbols().address_of("__cpu_online_mask");
    std::vector<unsigned> cpus;
    for (unsigned cpu = 0; cpu < count; ++cpu) {
        auto bits = mask ? session.read_pointer(*mask + cpu / 64 * 8) : std::nullopt;
        if (!bits || (*bits >> cpu % 64 & 1)) cpus.push_back(cpu);
    }
    return cpus;
}

std::vector<RunQueue> run_queues(Objects& objects) {
    Session& session = objects.session();
    std::vector<RunQueue> queues;
    const auto addresses = per_cpu_addresses(session, "runqueues");
    for (unsigned cpu : online_cpus(session)) {
        if (cpu >= addresses.size()) break;
        RunQueue queue;
        Object rq = objects.at("rq", addresses[cpu]);
        auto running = rq.get("nr_running");
        if (!running) {
            objects.add_problem(fmt::format("the run queue of CPU {} is not in the dump", cpu));
            continue;
        }
        queue.cpu = cpu;
        queue.address = rq.address();
        queue.running = *running;
        queue.switches = rq.get("nr_switches").value_or(0);
        queue.clock = rq.get("clock").value_or(0);
        queue.in_io = static_cast<std::int32_t>(rq.get("nr_iowait").value_or(0));
        if (auto current = rq.get("curr"); current && *current)
            if (auto task = read_task(session, *current)) queue.current = std::move(*task);
        Collector collector(objects, queue);
        collector.deadline(rq);
        collector.real_time(rq);
        collector.fair(rq);
        queues.push_back(std::move(queue));
    }
    return queues;
}

std::optional<std::array<std::uint64_t, 3>> load_averages(Session& session) {
    constexpr std::uint64_t kOne = 1 << 11;  // FIXED_1, include/linux/sched/loadavg.h
    auto address = session.symbols().address_of("avenrun");
    std::array<std::uint64_t, 3> loads{};
    for (std::size_t i = 0; i < loads.size(); ++i) {
        auto value = address ? session.read_pointer(*address + i * 8) : std::nullopt;
        if (!value) return std::nullopt;
        loads[i] = (*value + kOne / 200) * 100 / kOne;
    }
    return loads;
}

}  // namespace inquest
