#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

#include "base/text.h"
#include "cli/assemble.h"
#include "cli/dump_input.h"

namespace inquest {
namespace {

template <typename T>
void fill(T& place, const T& value) {
    if (place == T()) place = value;
}

// The log's word goes first: it was written at the moment of the crash. Its version is often cut ("#1").
void complete(Kernel& kernel, const Kernel& known) {
    fill(kernel.release, known.release);
    if (kernel.release != known.release) return;
    if (known.version.starts_with(kernel.version)) kernel.version = known.version;
    fill(kernel.arch, known.arch);
    fill(kernel.build_id, known.build_id);
    if (!kernel.taint.known) kernel.taint = known.taint;
}

// Whether the log's event is the crash that the memory shows.
bool is_same_crash(const CrashEvent& event, const CrashEvent& memory) {
    if (event.task.pid && memory.task.pid && event.task.pid != memory.task.pid) return false;
    return event.ip.symbol.empty() || memory.ip.symbol.empty() || event.ip.symbol == memory.ip.symbol ||
           event.kind == memory.kind;
}

void complete(CrashEvent& event, const CrashEvent& memory) {
    fill(event.task.pid, memory.task.pid);
    fill(event.task.comm, memory.task.comm);
    fill(event.cpu, memory.cpu);
    fill(event.hardware, memory.hardware);
    if (event.ip.empty()) event.ip = memory.ip;
    if (!event.ip.address && event.ip.symbol == memory.ip.symbol) event.ip.address = memory.ip.address;
    if (event.ip.symbol == memory.ip.symbol) {
        if (event.registers.empty()) event.registers = memory.registers;
        if (event.code.bytes.empty()) event.code = memory.code;
        if (!event.fault_address) event.fault_address = memory.fault_address;
    }
    if (event.trace.empty()) event.trace = memory.trace;
    if (event.modules.empty()) event.modules = memory.modules;
}

// What only a dump tells of the machine, as facts of its crash.
void add_facts(CrashEvent& event, const DumpInput& dump) {
    if (const auto& load = dump.machine.load)
        event.facts.push_back(
            {"load-average", fmt::format("{:.2f}, {:.2f}, {:.2f}", (*load)[0], (*load)[1], (*load)[2]), 0});
    if (!dump.machine.offline.empty())
        event.facts.push_back({"cpus-offline", fmt::format("{}", fmt::join(dump.machine.offline, ", ")), 0});
    std::string places;
    for (const ModuleView& module : dump.code->modules().modules)
        places += fmt::format("{}{} {}", places.empty() ? "" : ", ", module.name, hex(module.text));
    if (!places.empty()) event.facts.push_back({"modules-at", places, 0});
}

std::vector<const Frame*> reliable(const std::vector<Frame>& frames) {
    std::vector<const Frame*> kept;
    for (const Frame& frame : frames)
        if (frame.reliable && !frame.inlined) kept.push_back(&frame);
    return kept;
}

// Whether the log's trace ends in the very frames that the memory has, from the fault or the panic on.
bool bears_out(const std::vector<Frame>& logged, const std::vector<Frame>& memory) {
    auto log = reliable(logged), own = reliable(memory);
    if (log.size() < 2 || own.empty() || own.size() > log.size() + 1) return false;
    // Where the fault's own function heads the memory's frames the log has it as ip alone, now and then.
    const std::size_t compared = std::min(own.size(), log.size());
    for (std::size_t i = 1; i < compared; ++i) {
        const Frame &a = *log[log.size() - i], &b = *own[own.size() - i];
        if (a.symbol != b.symbol || a.offset != b.offset) return false;
    }
    return true;
}

}  // namespace

bool is_crash_of(const CrashEvent& event, const DumpInput& dump) {
    if (!dump.crashed) return dump.event && is_same_crash(event, *dump.event);
    // The watchdog of hung tasks panics for the tasks that it reported.
    if (event.kind == Kind::hung_task && dump.crashed->comm == "khungtaskd") return true;
    // So does RCU for a CPU that does not answer.
    auto tells_of_stall = [](const Frame& frame) { return frame.symbol.find("rcu_") != frame.symbol.npos; };
    if (event.kind == Kind::rcu_stall && std::ranges::any_of(dump.trace.frames, tells_of_stall)) return true;
    if (event.task.pid && event.task.pid != dump.crashed->pid) return false;
    auto same = [&](const Frame& frame) { return frame.symbol == event.ip.symbol; };
    return event.ip.symbol.empty() || std::ranges::any_of(dump.trace.frames, same) ||
           (dump.event && event.kind == dump.event->kind);
}

void complete(LogContents& contents, const DumpInput& dump) {
    complete(contents.banner, dump.kernel);
    fill(contents.host.name, dump.machine.node);
    if (!dump.machine.hardware.empty()) contents.host.hardware = dump.machine.hardware;
    if (!dump.machine.cpus.empty()) contents.host.cpus = static_cast<unsigned>(dump.machine.cpus.size());
    if (dump.machine.memory) contents.host.memory = dump.machine.memory;
    if (dump.machine.uptime && !contents.host.uptime)
        contents.host.uptime = static_cast<double>(*dump.machine.uptime);
    for (CrashEvent& event : contents.events) complete(event.kernel, dump.kernel);

    const bool logged = std::ranges::any_of(contents.events, is_crash);
    if (!logged && dump.event) {
        for (CrashEvent& event : contents.events) event.primary = false;
        CrashEvent event = *dump.event;
        event.id = static_cast<int>(contents.events.size()) + 1;
        event.first_sign = contents.events.empty();
        if (!contents.events.empty()) event.boot = contents.events.back().boot;
        contents.events.push_back(std::move(event));
        contents.findings.push_back(
            {.id = "crash-not-in-log",
             .title = "The log in the dump does not hold this crash",
             .confidence = 0.9,
             .statement =
                 "What is told of it was read out of registers, stack and code in the dump's memory.",
             .events = {contents.events.back().id}});
    }
    auto primary = std::ranges::find_if(contents.events, &CrashEvent::primary);
    if (primary == contents.events.end()) return;
    // Of CPUs that report the same at once the one that got to panic().
    auto of_crashed = [&](const CrashEvent& event) {
        return dump.crashed && dump.crashed->pid != 0 && event.task.pid == dump.crashed->pid &&
               event.kind == primary->kind && event.boot == primary->boot &&
               event.severity >= Severity::error;
    };
    if (!of_crashed(*primary)) {
        auto other = std::ranges::find_if(contents.events, of_crashed);
        if (other != contents.events.end() &&
            std::abs(other->time.value_or(0) - primary->time.value_or(0)) < 10) {
            std::swap(primary->primary, other->primary);
            std::swap(primary->severity, other->severity);
            primary = other;
        }
    }
    if (logged && dump.event && is_same_crash(*primary, *dump.event)) complete(*primary, *dump.event);
    add_facts(*primary, dump);
    if (dump.crashed) {
        // Once is enough where the log and the memory agree to the last frame.
        std::string title =
            fmt::format("{}{} of {}[{}] on CPU {}, out of the dump's memory",
                        dump.trace.complete ? "whole stack" : "stack",
                        bears_out(primary->trace, dump.trace.frames) ? " (as the log has it)" : "",
                        dump.crashed->comm, dump.crashed->pid, dump.crashed->cpu);
        primary->stacks.push_back({.title = std::move(title),
                                   .pid = dump.crashed->pid,
                                   .cpu = static_cast<int>(dump.crashed->cpu),
                                   .frames = dump.trace.frames});
    }
    std::ranges::copy(dump.cpus, std::back_inserter(primary->stacks));
}

void complete(Report& report, const DumpInput& dump) {
    report.input.path = dump.path;
    report.input.kind = "vmcore";
    report.input.format = dump.session->facts().format;
    std::ranges::copy(dump.problems, std::back_inserter(report.problems));
}

}  // namespace inquest
