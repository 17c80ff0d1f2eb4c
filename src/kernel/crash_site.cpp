#include "kernel/crash_site.h"

#include <algorithm>
#include <array>

namespace inquest {
namespace {

// arch/x86/include/asm/ptrace.h: struct pt_regs, in words.
constexpr std::size_t kX86Words = 21, kX86Ip = 16, kX86Sp = 19;
constexpr std::size_t kArm64Words = 34;

std::vector<std::uint64_t> read_words(const Session& session, std::uint64_t address, std::size_t count) {
    std::vector<std::uint64_t> words(count);
    std::span bytes(reinterpret_cast<std::uint8_t*>(words.data()), count * sizeof(std::uint64_t));
    if (session.read(address, bytes) != ReadOutcome::present) words.clear();
    return words;
}

// The C function that an exception calls has its return address in the entry code right below pt_regs.
std::string entry_above(const Session& session, CodeMap& code, std::uint64_t registers) {
    auto back = session.read_pointer(registers - 8);
    return back && code.is_text(*back) ? code.describe(*back, false).symbol : std::string();
}

// kdump notes hold a copy of the registers; the CPU itself pushed them below the stack pointer of the fault,
// aligned to 16 bytes, unless it switched stacks (double faults, NMI).
std::optional<std::uint64_t> pushed_registers(const Session& session,
                                              const std::vector<std::uint64_t>& note) {
    constexpr std::uint64_t kAlignment = 16;
    const std::uint64_t at = (note[kX86Sp] & ~(kAlignment - 1)) - kX86Words * 8;
    auto ip = session.read_pointer(at + kX86Ip * 8), sp = session.read_pointer(at + kX86Sp * 8);
    if (ip != note[kX86Ip] || sp != note[kX86Sp]) return std::nullopt;
    return at;
}

}  // namespace

std::optional<CrashSite> crash_site(Session& session, CodeMap& code, const Backtrace& trace) {
    const bool x86 = session.arch().name == "x86_64";
    static constexpr std::array<std::string_view, 5> kAskedFor{"__crash_kexec", "crash_kexec", "panic",
                                                               "vpanic", "machine_kexec"};
    if (trace.frames.empty()) return std::nullopt;
    CrashSite site;
    const auto asker = std::ranges::find_if(
        trace.frames.rbegin(), trace.frames.rend(),
        [](const Frame& frame) { return std::ranges::find(kAskedFor, frame.symbol) != kAskedFor.end(); });
    const bool asked_for = asker != trace.frames.rend();
    // kdump takes the registers of the fault itself; QEMU stops the CPU later, in panic().
    const bool at_fault = !asked_for && trace.frames.front().found_by == "registers";
    if (at_fault && trace.first_registers.size() >= (x86 ? kX86Words : kArm64Words)) {
        site.registers = trace.first_registers;
        auto pushed = x86 ? pushed_registers(session, site.registers) : std::nullopt;
        if (pushed) site.entry = entry_above(session, code, *pushed);
        return site;
    }
    // What interrupted panic() while it waited is not what it died of.
    const auto first = static_cast<std::size_t>(asked_for ? trace.frames.rend() - asker : 0);
    for (std::size_t i = first; i < trace.stack.size(); ++i) {
        const StackFrame& frame = trace.stack[i];
        if (!frame.registers || !frame.all_registers) continue;
        site = {};
        site.registers = read_words(session, *frame.registers, x86 ? kX86Words : kArm64Words);
        if (site.registers.empty()) continue;
        site.frame = i;
        if (i > 0) site.entry = trace.frames[i - 1].symbol;
        return site;
    }
    return std::nullopt;
}

}  // namespace inquest
