#include "kernel/subsystems/idle_tasks.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <unordered_set>

#include "kernel/cpu_registers.h"
#include "kernel/subsystems/task.h"

namespace inquest {
namespace {

constexpr std::uint64_t kStackSize = 16 << 10, kTaskAlignment = 64;
constexpr std::size_t kMostStacks = 4;  // of a CPU: for interrupts, for overflows, the task's own
constexpr std::size_t kNameSize = 16;   // TASK_COMM_LEN
constexpr std::size_t kMostRecords = 512, kMostTried = 20'000;

class Search {
  public:
    explicit Search(Session& session) : session_(session) {
        if (const Types* types = session.types()) comm_ = types->offset_of("task_struct", "comm");
    }

    void look_at(const RegistersOfCpu& cpu) {
        for (std::uint64_t value : cpu.start.values) try_task(value);
        std::set<std::uint64_t> stacks;
        look_through(cpu.start.sp, stacks);
        // The chain of frame records leads from an interrupt's stack to the task's.
        std::uint64_t record = cpu.start.bp;
        for (std::size_t i = 0; i < kMostRecords && record && stacks.size() < kMostStacks; ++i) {
            look_through(record, stacks);
            record = session_.read_pointer(record).value_or(0);
        }
    }
    std::vector<std::uint64_t> take() { return {found_.begin(), found_.end()}; }

  private:
    void look_through(std::uint64_t from, std::set<std::uint64_t>& stacks) {
        if (!stacks.insert(from & ~(kStackSize - 1)).second) return;
        for (std::uint64_t at = from & ~std::uint64_t{7}; at < (from & ~(kStackSize - 1)) + kStackSize;
             at += 8)
            if (auto word = session_.read_pointer(at)) try_task(*word);
    }

    void try_task(std::uint64_t address) {
        if (address >> 63 == 0 || address % kTaskAlignment != 0 || tried_.size() > kMostTried) return;
        if (!comm_ || !tried_.insert(address).second) return;
        if (!session_.read_string(address + *comm_, kNameSize).starts_with("swapper/")) return;
        auto task = read_task(session_, address);
        if (task && task->pid == 0 && task->comm == fmt::format("swapper/{}", task->cpu))
            found_.insert(address);
    }

    Session& session_;
    std::optional<std::uint64_t> comm_;
    std::unordered_set<std::uint64_t> tried_;
    std::set<std::uint64_t> found_;
};

}  // namespace

std::vector<std::uint64_t> idle_tasks_in_notes(Session& session) {
    Search search(session);
    for (const auto& [pid, cpu] : registers_in_notes(session))
        if (!cpu.user) search.look_at(cpu);
    return search.take();
}

}  // namespace inquest
