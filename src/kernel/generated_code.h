// Code that the kernel wrote itself while it ran, and that no symbol table holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/session.h"

namespace inquest {

struct GeneratedCode {
    std::uint64_t start = 0, end = 0;
    std::string name;         // as in /proc/kallsyms: "bpf_prog_6deef7357e7b4530_f", "ftrace_trampoline"
    std::string_view module;  // its pseudo-module there: "bpf", "__builtin__ftrace", "__builtin__kprobes"
    std::uint64_t unwind_at =
        0;  // where in the kernel's text the stack looks the same all through it; 0: nowhere
    [[nodiscard]] bool holds(std::uint64_t address) const { return address >= start && address < end; }
};

// As /proc/kallsyms would show it; the name belongs to `code`.
inline Symbol symbol_of(const GeneratedCode& code) {
    return {code.start, code.end - code.start, code.name, 't', code.module};
}

// BPF programs, trampolines and dispatchers (bpf_kallsyms, since 5.7: dba122fb5e12), ftrace's trampolines
// (the registered ftrace_ops) and the pages of instructions that kprobes run out of line.
std::vector<GeneratedCode> list_generated_code(Session& session);

}  // namespace inquest
