#include "reason/origin.h"

#include <algorithm>
#include <array>

namespace inquest::reason {
namespace {

struct Convention {
    std::string_view arch;
    std::string_view result;
    std::array<std::string_view, 12> preserved;
};

// Which registers a call leaves as they were (the ABIs' callee-saved ones), and where it returns its result.
constexpr Convention kConventions[] = {
    {"x86_64", "rax", {"rbx", "rbp", "rsp", "r12", "r13", "r14", "r15"}},
    {"i386", "eax", {"ebx", "ebp", "esp", "esi", "edi"}},
    {"arm64", "x0", {"x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "sp"}},
    {"arm", "r0", {"r4", "r5", "r6", "r7", "r8", "r9", "r10", "fp", "sp"}},
};

const Convention* convention_of(const Arch& arch) {
    auto found = std::ranges::find(kConventions, arch.name, &Convention::arch);
    return found == std::end(kConventions) ? nullptr : &*found;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_general(std::string_view reg) {
    return reg != "rflags" && reg != "eflags" && reg != "nzcv" && reg != "cpsr";
}

// "mov %rdi,%rbx", "mov x19, x0": the register that was copied, "" when it is no plain copy: "movz x0, #0x1c"
// (of which capstone 4 says that it reads x0), "movzbl %dil,%ebx".
std::string_view copied_register(const Decoded& instruction) {
    const std::string_view text = instruction.text;
    if (!text.starts_with("mov") || text.starts_with("movz") || text.starts_with("movs") ||
        text.find_first_of("#$") != text.npos || instruction.memory)
        return {};
    std::string_view source;
    for (const auto& reg : instruction.reads) {
        if (!is_general(reg)) continue;
        if (!source.empty()) return {};
        source = reg;
    }
    return source;
}

bool loads_pointer(const Decoded& instruction, const Arch& arch) {
    if (!instruction.memory || !instruction.memory->read || instruction.memory->write) return false;
    std::string_view text = instruction.text;
    if (arch.name == "x86_64") return text.starts_with("movq ");
    if (arch.name == "i386") return text.starts_with("movl ");
    return text.starts_with("ldr ") || text.starts_with("ldp ") || text.starts_with("ldur ");
}

// Follows copies of `reg` back from before[end - 1] to the instruction that set it, or to the entry: `end` is
// then the index of that instruction + 1, 0 at the entry. False when the trail is lost.
bool trace_back(const Scene& scene, const Convention& convention, std::string_view& reg, std::size_t& end) {
    for (; end > 0; --end) {
        const Decoded& instruction = scene.before[end - 1];
        if (instruction.is_call) {
            if (std::ranges::find(convention.preserved, reg) != convention.preserved.end()) continue;
            return reg == convention.result;
        }
        if (!contains(instruction.writes, reg)) continue;
        auto source = copied_register(instruction);
        if (source.empty()) return true;
        reg = source;
    }
    return scene.from_entry;
}

}  // namespace

int argument_number(const Arch& arch, std::string_view reg) {
    auto found = std::ranges::find(arch.arguments, reg);
    return found == arch.arguments.end() ? 0 : static_cast<int>(found - arch.arguments.begin()) + 1;
}

Origin origin_of(const Scene& scene, std::string_view reg) {
    Origin origin;
    const Convention* convention = scene.arch ? convention_of(*scene.arch) : nullptr;
    if (!convention || reg.empty()) return origin;
    std::size_t end = scene.before.size();
    if (!trace_back(scene, *convention, reg, end)) return origin;
    if (end == 0) {
        origin.argument = argument_number(*scene.arch, reg);
        if (origin.argument) origin.type = Origin::Type::argument;
        return origin;
    }
    const Decoded& setter = scene.before[end - 1];
    if (setter.is_call) {
        origin.type = Origin::Type::result;
    } else if (loads_pointer(setter, *scene.arch)) {
        origin.type = Origin::Type::loaded;
        origin.memory = *setter.memory;
        std::string_view base = setter.memory->base;
        std::size_t before = end - 1;
        if (setter.memory->index.empty() && setter.memory->segment.empty() &&
            trace_back(scene, *convention, base, before) && before == 0)
            origin.through_argument = argument_number(*scene.arch, base);
    }
    return origin;
}

}  // namespace inquest::reason
