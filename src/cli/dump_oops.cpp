#include "cli/dump_oops.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "crashlog/parser.h"
#include "inspect/registers.h"

namespace inquest {
namespace {

constexpr std::uint64_t kNullPage = 4096;
// arch/x86/include/asm/trap_pf.h: enum x86_pf_error_code.
constexpr unsigned kWrite = 2, kFetch = 16;

std::optional<std::uint64_t> value_of(const NamedRegisters& registers, std::string_view name) {
    auto found = std::ranges::find(registers, name, &NamedRegisters::value_type::first);
    return found == registers.end() ? std::nullopt : std::optional(found->second);
}

struct AccessedPlace {
    std::uint64_t address;
    Access access;
};

// What of an address an operand's registers make; nullopt where one of them is not known.
std::optional<std::uint64_t> address_of(const Arch& arch, const MemoryPlace& place,
                                        const NamedRegisters& registers) {
    auto address = static_cast<std::uint64_t>(place.displacement);
    if (place.base == kNoRegister || place.per_cpu || (place.index != kNoRegister && place.index_width != 8))
        return std::nullopt;
    auto base = value_of(registers, arch.convention->names[place.base]);
    if (!base) return std::nullopt;
    address += *base;
    if (place.index == kNoRegister) return address;
    auto index = value_of(registers, arch.convention->names[place.index]);
    return index ? std::optional(address + *index * place.scale) : std::nullopt;
}

// The same by what the instruction does, where the disassembler does not know it (arm64's atomics).
std::optional<AccessedPlace> accessed_by_effects(const MemoryOops& oops, const NamedRegisters& registers,
                                                 std::uint64_t ip) {
    Lifted lifted;
    const auto code = std::span(oops.code).subspan(oops.code_mark);
    if (!oops.arch->lift || !oops.arch->convention || !oops.arch->lift(code, ip, lifted)) return std::nullopt;
    for (const Effect& effect : lifted.effects()) {
        const bool writes = effect.kind == Effect::Kind::store || effect.writes;
        if (!writes && effect.kind != Effect::Kind::load && effect.kind != Effect::Kind::touch) continue;
        auto address = address_of(*oops.arch, effect.memory, registers);
        if (address && !(oops.readable && oops.readable(*address)))
            return AccessedPlace{*address, writes ? Access::write : Access::read};
    }
    return std::nullopt;
}

// What the faulting instruction accessed: the CPU's own record of it (CR2, FAR, the error code) is in no
// kdump note.
std::optional<AccessedPlace> accessed(const MemoryOops& oops, const NamedRegisters& registers) {
    auto ip = value_of(registers, oops.arch->ip);
    if (!ip) return std::nullopt;
    if (!oops.in_text) return AccessedPlace{*ip, Access::execute};
    if (oops.code.empty()) return std::nullopt;
    auto decoded = oops.arch->disassemble(std::span(oops.code).subspan(oops.code_mark), *ip);
    if (!decoded || !decoded->memory) return accessed_by_effects(oops, registers, *ip);
    if (!decoded->memory->segment.empty()) return std::nullopt;
    const Decoded::Memory& memory = *decoded->memory;
    auto address = static_cast<std::uint64_t>(memory.displacement);
    if (!memory.base.empty()) {
        auto base = value_of(registers, memory.base);
        if (!base) return std::nullopt;
        address += memory.base == oops.arch->ip ? *base + decoded->length : *base;
    }
    if (!memory.index.empty()) {
        auto index = value_of(registers, memory.index);
        if (!index) return std::nullopt;
        address += *index * static_cast<std::uint64_t>(memory.scale);
    }
    if (oops.readable && oops.readable(address))
        if (auto other = accessed_by_effects(oops, registers, *ip)) return other;
    return AccessedPlace{address, memory.write ? Access::write : Access::read};
}

// Memory may be damaged: what is no printable character must not make a line of its own.
std::string one_line(std::string_view text) {
    std::string line(text);
    std::ranges::replace_if(
        line, [](char c) { return c < ' ' || c > '~'; }, '?');
    return line;
}

std::string place_text(const CodeRef& place) {
    if (place.symbol.empty()) return hex16(place.address.value_or(0));
    return fmt::format("{}+{}/{}{}", one_line(place.symbol), hex(place.offset.value_or(0)),
                       hex(place.size.value_or(0)),
                       place.module.empty() ? "" : " [" + one_line(place.module) + "]");
}

// "RDI", "R08".
std::string printed_name(std::string_view name) {
    std::string printed(name);
    for (char& c : printed)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (printed.size() == 2 && printed[1] >= '0' && printed[1] <= '9') printed.insert(1, 1, '0');
    return printed;
}

std::string page_fault_opening(const std::optional<AccessedPlace>& place) {
    if (!place) return "BUG: unable to handle kernel paging request\n";
    const bool fetch = place->access == Access::execute;
    std::string text = place->address < kNullPage ? "BUG: kernel NULL pointer dereference, address: "
                                                  : "BUG: unable to handle page fault for address: ";
    return text + fmt::format("{:016x}\n#PF: supervisor {} access in kernel mode\n", place->address,
                              fetch                            ? "instruction fetch"
                              : place->access == Access::write ? "write"
                                                               : "read");
}

// The lines that open the report, by what the CPU reported. The number behind "Oops" only tells the reader of
// these lines what kind of access it was.
std::string x86_opening(const MemoryOops& oops, const NamedRegisters& registers) {
    auto entered_by = [&](std::string_view name) { return oops.site->entry.find(name) != std::string::npos; };
    auto end = [&](unsigned code) {
        return fmt::format(": {:04x} [#{}] SMP\n", code, std::max<std::uint64_t>(oops.oops_number, 1));
    };
    if (entered_by("page_fault")) {
        auto place = accessed(oops, registers);
        const Access access = place ? place->access : Access::read;
        return page_fault_opening(place) + "Oops" +
               end(access == Access::execute ? kFetch
                   : access == Access::write ? kWrite
                                             : 0);
    }
    if (entered_by("general_protection")) return "general protection fault" + end(0);
    if (entered_by("divide_error")) return "divide error" + end(0);
    if (entered_by("double_fault")) return "double fault" + end(0);
    if (!entered_by("invalid_op")) return "";
    constexpr std::array<std::uint8_t, 2> kUd2{0x0f, 0x0b};
    auto at = std::span(oops.code).subspan(std::min(oops.code_mark, oops.code.size()));
    const bool bug = at.size() >= kUd2.size() && std::ranges::equal(at.first(kUd2.size()), kUd2);
    return (bug ? "kernel BUG!\ninvalid opcode" : "invalid opcode") + end(0);
}

std::string x86_registers(const NamedRegisters& registers, const CodeRef& ip, const std::string& code) {
    auto r = [&](std::string_view name) { return value_of(registers, name).value_or(0); };
    std::string text = fmt::format("RIP: {:04x}:{}\n{}RSP: {:04x}:{:016x} EFLAGS: {:08x}\n", r("cs"),
                                   place_text(ip), code, r("ss"), r("rsp"), r("eflags"));
    constexpr std::array<std::array<std::string_view, 3>, 5> kRows{{{"rax", "rbx", "rcx"},
                                                                    {"rdx", "rsi", "rdi"},
                                                                    {"rbp", "r8", "r9"},
                                                                    {"r10", "r11", "r12"},
                                                                    {"r13", "r14", "r15"}}};
    for (const auto& row : kRows) {
        for (std::string_view name : row) {
            text +=
                fmt::format("{}: {:016x}{}", printed_name(name), r(name), name == row.back() ? "\n" : " ");
        }
    }
    return text;
}

std::string arm64_registers(const NamedRegisters& registers, const CodeRef& ip) {
    auto r = [&](std::string_view name) { return value_of(registers, name).value_or(0); };
    std::string text =
        fmt::format("pstate: {:08x}\npc : {}\nsp : {:016x}\n", r("pstate"), place_text(ip), r("sp"));
    for (int i = 29; i >= 0; --i)
        text += fmt::format("x{}: {:016x}{}", i, r(fmt::format("x{}", i)), i % 3 == 0 ? "\n" : " ");
    return text;
}

std::string code_line(const MemoryOops& oops) {
    if (oops.code.empty()) return "";
    std::string text = "Code:";
    const std::size_t unit = oops.arch->name == "arm64" ? 4 : 1;
    for (std::size_t at = 0; at + unit <= oops.code.size(); at += unit) {
        std::uint32_t value = 0;
        for (std::size_t i = unit; i-- > 0;) value = value << 8 | oops.code[at + i];
        std::string word = fmt::format("{:0{}x}", value, unit * 2);
        if (at == oops.code_mark) word = unit == 1 ? "<" + word + ">" : "(" + word + ")";
        text += " " + word;
    }
    return text + "\n";
}

std::string taint_text(const Taint& taint) {
    return !taint.known ? "" : taint.flags.empty() ? " Not tainted" : " Tainted: " + taint.flags;
}

// arch/arm64/include/asm/brk-imm.h: BUG_BRK_IMM, of BUG() and WARN() alike.
bool stopped_at_brk(const MemoryOops& oops) {
    constexpr std::array<std::uint8_t, 4> kBrk{0x00, 0x00, 0x21, 0xd4};
    auto at = std::span(oops.code).subspan(std::min(oops.code_mark, oops.code.size()));
    return at.size() >= kBrk.size() && std::ranges::equal(at.first(kBrk.size()), kBrk);
}

// What panic() was told: kept in a static buffer, which kallsyms of text alone do not lead to.
std::string panic_words(const MemoryOops& oops) {
    if (!oops.panic.empty()) return one_line(oops.panic);
    auto called = [&](std::string_view name) {
        return std::ranges::any_of(oops.frames, [&](const Frame& frame) { return frame.symbol == name; });
    };
    if (!called("panic")) return "";
    return called("sysrq_handle_crash") ? "sysrq triggered crash" : "(its words are not in the dump)";
}

}  // namespace

std::string oops_text(const MemoryOops& oops) {
    std::string text;
    NamedRegisters registers;
    const bool x86 = oops.arch->name == "x86_64";
    if (oops.site) {
        registers = name_registers(*oops.arch, oops.site->registers);
        if (x86) text = x86_opening(oops, registers);
        auto place = x86 ? std::nullopt : accessed(oops, registers);
        // arch/arm64/kernel/traps.c: panic_bad_stack()
        if (!x86 && oops.site->entry == "__bad_stack")
            text = "Insufficient stack space to handle exception!\n";
        else if (!x86 && stopped_at_brk(oops))
            text = "kernel BUG!\nInternal error: Oops - BUG: 0 [#1] SMP\n";
        else if (place)
            text = fmt::format(
                "Unable to handle kernel {} at virtual address {:016x}\n"
                "Internal error: Oops: 0 [#1] SMP\n",
                place->address < kNullPage ? "NULL pointer dereference" : "paging request", place->address);
    }
    const bool fault = !text.empty();
    if (!fault) {
        const std::string words = panic_words(oops);
        if (words.empty()) return "";
        text = "Kernel panic - not syncing: " + words + "\n";
    }
    if (oops.modules) {
        text += "Modules linked in:";
        for (const ModuleView& module : oops.modules->modules)
            text += " " + one_line(module.name) + (module.taints.empty() ? "" : "(" + module.taints + ")");
        text += "\n";
    }
    if (oops.cpu && oops.task.pid)
        text += fmt::format("CPU: {} PID: {} Comm: {}{} {} {}\n", *oops.cpu, *oops.task.pid,
                            one_line(oops.task.comm), taint_text(oops.kernel.taint),
                            one_line(oops.kernel.release), one_line(oops.kernel.version));
    if (!oops.hardware.empty()) text += "Hardware name: " + one_line(oops.hardware) + "\n";
    auto frames = std::span(oops.frames);
    if (fault && !frames.empty()) {
        text += x86 ? x86_registers(registers, frames.front(), code_line(oops))
                    : arm64_registers(registers, frames.front());
        if (x86) frames = frames.subspan(1);
    }
    text += x86 ? "Call Trace:\n" : "Call trace:\n";
    for (const Frame& frame : frames) text += " " + place_text(frame) + "\n";
    if (!x86 && fault) text += code_line(oops);
    if (fault && !oops.panic.empty()) text += "Kernel panic - not syncing: " + one_line(oops.panic) + "\n";
    return text;
}

std::optional<CrashEvent> event_of(const MemoryOops& oops) {
    const std::string text = oops_text(oops);
    if (text.empty()) return std::nullopt;
    auto source = open_text(text);
    LogContents contents = read_log(*source);
    auto gravest = std::ranges::max_element(contents.events, {}, &CrashEvent::severity);
    if (gravest == contents.events.end()) return std::nullopt;
    CrashEvent event = std::move(*gravest);
    event.id = 1;
    event.primary = event.first_sign = true;
    event.severity = Severity::fatal;
    event.kernel = oops.kernel;
    event.task = oops.task;
    if (oops.cpu) event.cpu = static_cast<int>(*oops.cpu);
    event.trace = oops.frames;
    // x86 prints the faulting function as RIP only.
    if (oops.arch->name == "x86_64" && oops.site && !event.trace.empty())
        event.trace.erase(event.trace.begin());
    if (oops.site && event.fault_address)
        if (auto place = accessed(oops, name_registers(*oops.arch, oops.site->registers)))
            event.access = place->access;
    event.error_code.clear();  // the kernel keeps it nowhere
    event.lines = {};
    event.excerpt.clear();
    for (Fact& fact : event.facts) fact.line = 0;
    if (oops.site && !event.registers.empty()) event.headline.clear();  // no log has that line
    return event;
}

}  // namespace inquest
