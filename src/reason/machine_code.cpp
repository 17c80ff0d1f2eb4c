#include "reason/machine_code.h"

#include <algorithm>
#include <array>

#include "arch/capstone.h"
#include "base/text.h"
#include "reason/att_operand.h"

namespace inquest::reason {
namespace {

constexpr std::size_t kLongestX86 = 15;
constexpr std::size_t kMostBefore = 24;  // from a function's entry
constexpr std::size_t kKeptBefore = 8;   // where the entry is not among the bytes

bool is_x86(const Arch& arch) { return arch.name == "x86_64" || arch.name == "i386"; }

using Bytes = std::span<const std::uint8_t>;

// Decodes [start, mark) when the instructions end exactly at the mark.
std::optional<std::vector<Decoded>> decode_until(const Scene& scene, Bytes code, std::size_t start,
                                                 std::size_t mark, std::uint64_t address) {
    std::vector<Decoded> decoded;
    while (start < mark) {
        auto next = scene.arch->disassemble(code.subspan(start), address + start);
        if (!next || next->length == 0) return std::nullopt;
        start += next->length;
        decoded.push_back(std::move(*next));
    }
    if (start != mark) return std::nullopt;
    return decoded;
}

// x86 has no fixed length: takes the first start from which the lengths add up to the mark. The stream falls
// into step after few instructions, so that the last ones, which alone are kept, are right even if the first
// are not.
std::optional<std::size_t> find_x86_start(Bytes code, std::size_t mark, unsigned bits) {
    for (std::size_t start = 0; start < std::min(mark, kLongestX86); ++start) {
        std::array<std::size_t, kKeptBefore> starts{};
        std::size_t count = 0, at = start;
        while (at < mark) {
            starts[count++ % kKeptBefore] = at;
            std::size_t length = x86_length(code.subspan(at), bits);
            if (length == 0) break;
            at += length;
        }
        if (at == mark) return count <= kKeptBefore ? start : starts[count % kKeptBefore];
    }
    return std::nullopt;
}

// What stands before a jump, a return or a trap did not lead here in a straight line.
void keep_straight_line(Scene& scene) {
    auto ends = [](const Decoded& d) {
        bool unconditional =
            d.is_jump && (d.text.starts_with("jmp") || d.text.starts_with("b ") || d.text.starts_with("br "));
        return unconditional || d.is_return || (d.is_trap && !d.is_call);
    };
    auto last = std::find_if(scene.before.rbegin(), scene.before.rend(), ends);
    if (last == scene.before.rend()) return;
    scene.before.erase(scene.before.begin(), last.base());
    scene.from_entry = false;
}

// A jump behind the fault that leads back before it: then the registers may be of a later round, and what
// stands between entry and fault does not tell where they came from.
bool loops_back(const Scene& scene, Bytes code, std::size_t mark, std::uint64_t address) {
    std::uint64_t entry = address + mark - scene.event.ip.offset.value_or(0);
    for (std::size_t at = mark; at < code.size();) {
        auto next = scene.arch->disassemble(code.subspan(at), address + at);
        if (!next || next->length == 0) return false;
        at += next->length;
        if (!next->is_jump || !next->target_register.empty()) continue;
        // "jmp 0xfff4", "b.eq #0x10"; capstone writes numbers below 10 without 0x.
        auto target = parse_hex(std::string_view(next->text).substr(next->text.find_last_of(" #,") + 1));
        if (target && *target - entry <= address + mark - entry) return true;
    }
    return false;
}

void read_before(Scene& scene, Bytes code, std::size_t mark, std::uint64_t address) {
    const auto& offset = scene.event.ip.offset;
    if (offset && *offset <= mark) {
        if (auto decoded = decode_until(scene, code, mark - *offset, mark, address)) {
            scene.before = std::move(*decoded);
            scene.from_entry = true;
        }
    } else if (auto start = is_x86(*scene.arch) ? find_x86_start(code, mark, scene.arch->bits)
                                                : std::optional<std::size_t>(mark % 4)) {
        if (auto decoded = decode_until(scene, code, *start, mark, address))
            scene.before = std::move(*decoded);
    }
    if (scene.before.size() > kMostBefore) {
        scene.before.erase(scene.before.begin(), scene.before.end() - kMostBefore);
        scene.from_entry = false;
    }
    keep_straight_line(scene);
    if (scene.from_entry && loops_back(scene, code, mark, address)) scene.from_entry = false;
}

// Thumb code is printed in units of four digits.
bool is_thumb(const CrashEvent& event) {
    auto marked = between(event.code.text, "(", ")");
    return marked && marked->size() == 4;
}

}  // namespace

void read_machine_code(Scene& scene) {
    const CrashEvent& event = scene.event;
    // s390 marks where it would go on: behind the instruction, but for an address without a translation.
    bool behind =
        scene.arch && scene.arch->name == "s390x" && (!scene.fault || scene.fault->present != false);
    if (behind) return;
    if (event.code.fault_offset && *event.code.fault_offset < event.code.bytes.size() && scene.arch) {
        std::size_t mark = *event.code.fault_offset;
        Bytes code(event.code.bytes);
        std::uint64_t address = event.ip.address.value_or(0) - mark;
        bool thumb = scene.arch->name == "arm" && is_thumb(event);
        if (thumb) address |= 1;
        scene.instruction =
            scene.arch->disassemble(code.subspan(mark), thumb ? (address + mark) | 1 : address + mark);
        // s390 prints too little before the mark, Thumb would need its own alignment.
        if (scene.instruction && !thumb && scene.arch->name != "s390x")
            read_before(scene, code, mark, address);
    } else if (!event.instruction.text.empty()) {
        scene.instruction = parse_att(event.instruction.text);
        // Only the tracer's call and the mark of indirect branches (endbr64) fit in front of these offsets.
        const auto& offset = event.ip.offset;
        scene.from_entry = offset && (*offset == 0 || *offset == 4 || *offset == 5 || *offset == 9);
    }
}

std::optional<std::uint64_t> effective_address(const Decoded::Memory& memory, const Scene& scene) {
    if (memory.segment == "gs" || memory.segment == "fs") return std::nullopt;
    std::uint64_t address = static_cast<std::uint64_t>(memory.displacement);
    if (memory.base == "rip") {
        if (!scene.event.ip.address || !scene.instruction || !scene.instruction->length) return std::nullopt;
        address += *scene.event.ip.address + scene.instruction->length;
    } else if (!memory.base.empty()) {
        auto base = scene.event.reg(memory.base);
        if (!base) return std::nullopt;
        address += *base;
    }
    if (!memory.index.empty()) {
        auto index = scene.event.reg(memory.index);
        if (!index) return std::nullopt;
        address += *index * static_cast<std::uint64_t>(static_cast<std::int64_t>(memory.scale));
    }
    if (scene.arch && scene.arch->bits == 32) address &= 0xffffffff;
    return address;
}

void describe_instruction(Scene& scene) {
    if (!scene.instruction) {
        const CodeBytes& code = scene.event.code;
        bool nobody_decodes = scene.arch && scene.arch->disassemble == disassemble_nothing;
        if (nobody_decodes && !code.bytes.empty())
            add_evidence(scene.event.verdict, code.text,
                         "Code: (no disassembler for " + std::string(scene.arch->name) + ")");
        return;
    }
    Instruction& shown = scene.event.instruction;
    if (shown.text.empty()) shown.text = scene.instruction->text;
    if (!scene.instruction->memory) return;
    auto address = effective_address(*scene.instruction->memory, scene);
    const auto& fault = scene.event.fault_address;
    // A string instruction touches two places; the fault tells which of them is meant.
    if (scene.instruction->other_memory) {
        auto other = effective_address(*scene.instruction->other_memory, scene);
        bool other_faulted =
            fault ? other == fault && address != fault : scene.fault && scene.fault->access == Access::write;
        if (other_faulted) {
            std::swap(scene.instruction->memory, scene.instruction->other_memory);
            address = other;
        }
    }
    const Decoded::Memory& memory = *scene.instruction->memory;
    shown.operand = memory.text;
    shown.effective_address = address;
    shown.base_register = memory.base;
    shown.displacement = memory.displacement;
    // A fault in the middle of an access that crosses a page is reported at the page. s390 tells the page
    // only.
    bool same_page =
        scene.arch && scene.arch->name == "s390x" && address && fault && *address >> 12 == *fault >> 12;
    shown.matches_fault_address =
        same_page || (address && fault && *fault - *address < std::max(memory.size, 1U));
}

}  // namespace inquest::reason
