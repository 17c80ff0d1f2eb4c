#include "kernel/crashed_task.h"

#include <algorithm>
#include <array>

#include "kernel/backtrace.h"

namespace inquest {

std::optional<TaskView> crashed_task(Session& session, CodeMap& code, const TaskList& tasks) {
    auto running = current_tasks(session);
    if (auto cpu = crashing_cpu(session); cpu && *cpu < running.size()) {
        auto task = std::ranges::find(tasks.tasks, running[*cpu], &TaskView::address);
        if (task != tasks.tasks.end()) return *task;
    }
    static constexpr std::array<std::string_view, 5> kDying{"panic", "die", "__crash_kexec", "crash_kexec",
                                                            "machine_crash_shutdown"};
    for (const TaskView& task : tasks.tasks) {
        if (!task.current) continue;
        for (const Frame& frame : backtrace(session, code, task).frames)
            if (std::ranges::find(kDying, frame.symbol) != kDying.end()) return task;
    }
    return std::nullopt;
}

}  // namespace inquest
