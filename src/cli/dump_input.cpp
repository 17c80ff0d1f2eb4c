#include "cli/dump_input.h"

#include <algorithm>
#include <utility>

#include "crashlog/guilty.h"
#include "kernel/backtrace.h"
#include "kernel/crashed_task.h"
#include "kernel/session.h"
#include "kernel/source_lines.h"
#include "kernel/subsystems/printk.h"

namespace inquest {
namespace {

// The crashed task and its stack, as far as symbols, types and unwind tables are there.
void find_crashed_task(Session& session, DumpInput& dump) {
    if (auto running = current_tasks(session); !running.empty())
        dump.cpus = static_cast<unsigned>(running.size());
    dump.tasks = list_tasks(session);
    std::ranges::copy(dump.tasks.problems, std::back_inserter(dump.problems));
    dump.code = std::make_unique<CodeMap>(session);
    auto& task = dump.crashed_task = crashed_task(session, *dump.code, dump.tasks);
    if (!task) return;
    dump.crashed_cpu = task->cpu;
    dump.crashed = {task->pid, task->comm};
    Backtrace trace = backtrace(session, *dump.code, *task);
    SourceLines(session, *dump.code).add_to(trace);
    dump.trace = std::move(trace.frames);
    if (!trace.complete)
        dump.problems.push_back("the stack of the crashed task is not complete: " + trace.lost);
}

// An event out of memory alone: what happened stands in no log, only where.
CrashEvent event_of(const DumpInput& dump) {
    CrashEvent event;
    event.id = 1;
    event.primary = event.first_sign = true;
    event.kernel = dump.kernel;
    event.severity = Severity::fatal;
    event.task = dump.crashed;
    if (dump.crashed_cpu) event.cpu = static_cast<int>(*dump.crashed_cpu);
    event.trace = dump.trace;
    auto called = [&](std::string_view name) {
        return std::ranges::find(dump.trace, name, &Frame::symbol) != dump.trace.end();
    };
    if (called("sysrq_handle_crash")) {
        event.kind = Kind::sysrq_crash;
    } else if (called("panic")) {
        event.kind = Kind::panic;
    }
    if (!dump.trace.empty()) event.ip = dump.trace.front();
    blame(event);
    event.title =
        "kernel crash in " + (event.guilty.function.empty() ? "an unknown function" : event.guilty.function);
    sign(event);
    event.verdict.summary =
        "the dump holds no log of the crash: only where the CPU was when it died is known";
    event.verdict.confidence = 0.3;
    return event;
}

}  // namespace

Result<DumpInput> read_dump(std::span<const std::string> paths, const Tell& tell,
                            const DebugFileOptions& files) {
    auto session = Session::open(paths, tell);
    if (!session) return std::unexpected(std::move(session.error()));
    if (auto named = (*session)->use_debug_files(files); !named)
        return std::unexpected(std::move(named.error()));
    DumpInput dump{.path = paths.front(), .format = (*session)->facts().format};
    dump.problems = (*session)->facts().problems;
    dump.kernel.release = (*session)->release();
    dump.kernel.version = (*session)->version();
    dump.kernel.arch = (*session)->arch().name;
    dump.kernel.build_id = (*session)->info().value("BUILD-ID");
    if (auto log = read_kernel_log(**session)) {
        dump.log = std::move(log->text);
        std::ranges::move(log->problems, std::back_inserter(dump.problems));
    } else {
        dump.problems.push_back(log.error().message());
    }
    find_crashed_task(**session, dump);
    dump.session = std::move(*session);
    return dump;
}

void complete(Report& report, DumpInput& dump, CheckLevel checks) {
    report.input.path = dump.path;
    report.input.kind = "vmcore";
    report.input.format = dump.format;
    if (report.events.empty() && !dump.trace.empty()) {
        report.events.push_back(event_of(dump));
        report.verdict = report.events.back().verdict;
    }
    if (report.kernel.release.empty()) report.kernel.release = dump.kernel.release;
    if (report.kernel.version.empty()) report.kernel.version = dump.kernel.version;
    report.kernel.arch = dump.kernel.arch;
    report.kernel.build_id = dump.kernel.build_id;
    if (dump.cpus) report.host.cpus = dump.cpus;
    std::ranges::copy(dump.problems, std::back_inserter(report.problems));
    auto primary = std::ranges::find_if(report.events, &CrashEvent::primary);
    if (primary != report.events.end() && !dump.trace.empty() && primary->task.pid == dump.crashed.pid) {
        for (CrashEvent& event : report.events) event.kernel.build_id = dump.kernel.build_id;
        primary->stacks.push_back({.title = "stack of the crashed task, out of the dump's memory",
                                   .pid = dump.crashed.pid,
                                   .cpu = primary->cpu,
                                   .frames = dump.trace});
    }
    SourceLines lines(*dump.session, *dump.code);
    for (CrashEvent& event : report.events) lines.add_to(event.trace, event.ip);
    run_checks(checks, *dump.session, *dump.code, dump.tasks, dump.crashed_task, report);
}

}  // namespace inquest
