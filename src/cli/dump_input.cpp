#include "cli/dump_input.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "arch/lift.h"
#include "base/text.h"
#include "cli/dump_oops.h"
#include "dataflow/frame_values.h"
#include "kernel/crashed_task.h"
#include "kernel/session.h"
#include "kernel/source_lines.h"
#include "kernel/subsystems/printk.h"
#include "kernel/subsystems/taint.h"

namespace inquest {
namespace {

constexpr std::size_t kMostCpus = 1024;  // whose stacks are walked
// What the kernel prints of the code around a fault (arch/x86/kernel/dumpstack.c, arch/arm64/kernel/traps.c).
constexpr std::uint64_t kX86Before = 42, kX86Bytes = 64, kArm64Before = 16, kArm64Bytes = 20;

void read_kernel(DumpInput& dump) {
    Session& session = *dump.session;
    dump.kernel.release = session.release();
    dump.kernel.version = session.version();
    dump.kernel.arch = session.arch().name;
    dump.kernel.build_id = session.info().value("BUILD-ID");
    dump.kernel.taint = taint_before_crash(session);
    dump.machine = read_machine(session);
}

// The stacks of the CPUs that did not crash.
void read_cpus(DumpInput& dump) {
    for (const TaskView& task : dump.tasks.tasks) {
        if (!task.current || (dump.crashed && task.address == dump.crashed->address)) continue;
        if (dump.cpus.size() == kMostCpus) break;
        Backtrace trace = backtrace(*dump.session, *dump.code, task);
        if (!trace.complete && !trace.offline)
            dump.problems.push_back(
                fmt::format("the stack of CPU {} is not complete: {}", task.cpu, trace.lost));
        dump.cpus.push_back({.title = fmt::format("CPU {}: {}[{}]", task.cpu, task.comm, task.pid),
                             .pid = task.pid,
                             .cpu = static_cast<int>(task.cpu),
                             .frames = std::move(trace.frames)});
    }
    std::ranges::stable_partition(dump.cpus, [](const Stack& stack) { return stack.pid != 0; });
}

// The page that the fault is in may begin what is mapped: what stands before it counts less.
void read_code(const Session& session, MemoryOops& oops) {
    const bool x86 = oops.arch->name == "x86_64";
    if (oops.frames.empty() || !oops.frames.front().address) return;
    const std::uint64_t ip = *oops.frames.front().address, before = x86 ? kX86Before : kArm64Before;
    std::vector<std::uint8_t> code((x86 ? kX86Bytes : kArm64Bytes) - before), lead(before);
    if (session.read(ip, code) != ReadOutcome::present) return;
    if (session.read(ip - before, lead) != ReadOutcome::present) {
        lead.resize(std::min<std::uint64_t>(before, ip % session.facts().page_size));
        if (session.read(ip - lead.size(), lead) != ReadOutcome::present) lead.clear();
    }
    oops.code_mark = lead.size();
    oops.code = std::move(lead);
    oops.code.insert(oops.code.end(), code.begin(), code.end());
}

// From panic() on, its callers; the whole where panic() is not on the way.
std::span<const Frame> from_panic(std::span<const Frame> frames) {
    for (std::string_view name : {"panic", "vpanic"})
        for (std::size_t i = frames.size(); i-- > 0;)
            if (frames[i].symbol == name) return frames.subspan(i);
    return frames;
}

// Whether the exception is what it died of, rather than only on the way to panic(): the watchdogs' panics
// come out of interrupts, and a page fault that finds no memory calls the OOM killer.
bool killed_it(const CrashSite& site, std::span<const Frame> frames) {
    for (std::string_view interrupt : {"sysvec", "_irq", "_fiq", "_interrupt"})  // x86, arm64, x86 before 5.8
        if (site.entry.find(interrupt) != std::string::npos) return false;
    return std::ranges::none_of(frames.first(std::min(site.frame, frames.size())), [](const Frame& frame) {
        return frame.symbol == "handle_mm_fault" || frame.symbol == "out_of_memory";
    });
}

// What panic() was called with, where the buffer that it wrote into is not found: its format, with the
// strings that are given with it in their places.
std::string panic_format(DumpInput& dump) {
    constexpr std::size_t kLongest = 200;
    Session& session = *dump.session;
    if (!session.arch().lift || !session.arch().convention) return "";
    dataflow::DataFlow flows(session, *dump.code);
    const dataflow::FrameValues values(
        flows, dump.trace.stack,
        dataflow::registers_of(*session.arch().convention, dump.trace.first_registers));
    for (std::size_t i = values.frames().size(); i-- > 0;) {
        const dataflow::ActiveFrame& frame = values.frames()[i];
        if (dump.code->describe(frame.ip, frame.exact).symbol != "panic") continue;
        auto string = [&](std::size_t number) {
            auto address = values.argument(i, number);
            return address ? std::string(trim(session.read_string(address->value, kLongest))) : std::string();
        };
        const std::string format = string(1);
        std::string text;
        for (std::size_t at = 0, argument = 2; at < format.size(); ++at) {
            if (format[at] != '%' || at + 1 == format.size()) {
                text += format[at];
            } else {
                std::string given = format[++at] == 's' ? string(argument++) : "";
                text += given.empty() ? "?" : given;
            }
        }
        return text;
    }
    return "";
}

void read_event(DumpInput& dump) {
    if (!dump.crashed || dump.trace.frames.empty()) return;
    MemoryOops oops{.arch = &dump.session->arch(),
                    .kernel = dump.kernel,
                    .oops_number = count_of_oopses(*dump.session),
                    .hardware = dump.machine.hardware,
                    .task = {dump.crashed->pid, dump.crashed->comm},
                    .cpu = dump.crashed->cpu};
    std::span<const Frame> frames = dump.trace.frames;
    oops.panic = panic_message(*dump.session);
    if (oops.panic.empty()) oops.panic = panic_format(dump);
    oops.site = crash_site(*dump.session, *dump.code, dump.trace);
    oops.modules = &dump.code->modules();
    if (oops.site && !killed_it(*oops.site, frames)) oops.site.reset();
    dump.site = oops.site;
    frames = oops.site ? frames.subspan(oops.site->frame) : from_panic(frames);
    oops.frames.assign(frames.begin(), frames.end());
    if (oops.site && !oops.frames.empty()) {
        oops.in_text = dump.code->is_text(oops.frames.front().address.value_or(0));
        read_code(*dump.session, oops);
    }
    oops.readable = [&dump](std::uint64_t address) {
        return dump.session->read_as<char>(address).has_value();
    };
    dump.event = event_of(oops);
}

void read_crash(DumpInput& dump) {
    Session& session = *dump.session;
    dump.tasks = list_tasks(session);
    std::ranges::copy(dump.tasks.problems, std::back_inserter(dump.problems));
    dump.code = std::make_unique<CodeMap>(session);
    std::ranges::copy(dump.code->modules().problems, std::back_inserter(dump.problems));
    dump.crashed = crashed_task(session, *dump.code, dump.tasks);
    if (dump.crashed) {
        dump.trace = backtrace(session, *dump.code, *dump.crashed);
        SourceLines(session, *dump.code).add_to(dump.trace);
        if (!dump.trace.complete)
            dump.problems.push_back("the stack of the crashed task is not complete: " + dump.trace.lost);
    }
    read_cpus(dump);
    read_event(dump);
}

}  // namespace

Result<DumpInput> read_dump(std::span<const std::string> paths, const Tell& tell,
                            const DebugFileOptions& files) {
    auto session = Session::open(paths, tell);
    if (!session) return std::unexpected(std::move(session.error()));
    if (auto named = (*session)->use_debug_files(files); !named)
        return std::unexpected(std::move(named.error()));
    DumpInput dump{.path = paths.front(), .session = std::move(*session)};
    dump.problems = dump.session->facts().problems;
    if (auto log = read_kernel_log(*dump.session)) {
        dump.log = std::move(log->text);
        std::ranges::move(log->problems, std::back_inserter(dump.problems));
    } else {
        dump.problems.push_back(log.error().message());
    }
    read_kernel(dump);
    read_crash(dump);
    return dump;
}

}  // namespace inquest
