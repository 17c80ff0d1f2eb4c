#include "inspect/registers.h"

#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

// arch/x86/include/asm/ptrace.h, arch/arm64/include/uapi/asm/ptrace.h: struct pt_regs.
constexpr std::string_view kX86[] = {"r15", "r14",      "r13", "r12", "rbp",    "rbx", "r11",
                                     "r10", "r9",       "r8",  "rax", "rcx",    "rdx", "rsi",
                                     "rdi", "orig_rax", "rip", "cs",  "eflags", "rsp", "ss"};
constexpr std::size_t kX86Pushed = 16;  // rip and what follows
constexpr std::string_view kArm64[] = {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",    "x7",  "x8",
                                       "x9",  "x10", "x11", "x12", "x13", "x14", "x15",   "x16", "x17",
                                       "x18", "x19", "x20", "x21", "x22", "x23", "x24",   "x25", "x26",
                                       "x27", "x28", "x29", "x30", "sp",  "pc",  "pstate"};

std::span<const std::string_view> names_of(const Arch& arch) {
    if (arch.name == "x86_64") return kX86;
    if (arch.name == "arm64") return kArm64;
    return {};
}

}  // namespace

NamedRegisters name_registers(const Arch& arch, std::span<const std::uint64_t> words) {
    NamedRegisters registers;
    auto names = names_of(arch);
    for (std::size_t i = 0; i < names.size() && i < words.size(); ++i)
        registers.emplace_back(names[i], words[i]);
    return registers;
}

NamedRegisters read_registers(const Session& session, std::uint64_t address, bool all) {
    NamedRegisters registers;
    auto names = names_of(session.arch());
    for (std::size_t i = all || session.arch().name != "x86_64" ? 0 : kX86Pushed; i < names.size(); ++i) {
        auto value = session.read_pointer(address + i * 8);
        if (!value) return {};
        registers.emplace_back(names[i], *value);
    }
    return registers;
}

std::string registers_text(const NamedRegisters& registers) {
    constexpr std::size_t kPerLine = 3;
    std::string text;
    for (std::size_t i = 0; i < registers.size(); ++i) {
        if (i % kPerLine == 0) text += i ? "\n   " : "   ";
        text += fmt::format(" {:>8}: {:016x}", registers[i].first, registers[i].second);
    }
    return text.empty() ? text : text + "\n";
}

Json registers_json(const NamedRegisters& registers) {
    Json json{Json::Object{}};
    for (const auto& [name, value] : registers) json.set(std::string(name), hex16(value));
    return json;
}

}  // namespace inquest
