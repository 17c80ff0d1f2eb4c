// What an architecture brings: how its oopses print registers, how its functions take arguments, which
// addresses mean what, and how to disassemble it. One file in arches/ is one architecture.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

struct CallingConvention;  // arch/lift.h
struct Lifted;

// Takes each "name = value" that a line of an oops holds; name in lower case, nullopt for a torn value. An
// empty name is the register that follows the one before: s390 names only the first of its sixteen.
using RegisterSink = std::function<void(std::string_view name, std::optional<std::uint64_t> value)>;

struct AddressRange {
    std::uint64_t first, last;  // both inclusive
    std::string_view name;      // "user space", "direct map", "vmalloc", "modules", "kernel text", "vmemmap"
};

// A disassembled instruction, reduced to what explaining a fault takes.
struct Decoded {
    std::uint64_t address = 0;
    std::size_t length = 0;
    std::string text;  // AT&T syntax on x86, the architecture's own elsewhere
    struct Memory {
        std::string text;         // "0x1c(%rdi)"
        std::string base, index;  // register names in the spelling of RegisterSink; "" none
        int scale = 1;
        std::int64_t displacement = 0;
        std::string segment;  // "gs", "fs"
        unsigned size = 0;    // bytes
        bool read = false, write = false;
    };
    std::optional<Memory> memory;        // the explicit memory operand (for push/call: only an explicit one)
    std::optional<Memory> other_memory;  // the second one of a string instruction (movs, cmps)
    bool is_call = false, is_jump = false, is_return = false, is_trap = false, is_divide = false;
    std::string divisor;                     // register or memory text of a divide
    std::string target_register;             // of an indirect call or jump through a register
    std::vector<std::string> reads, writes;  // registers, explicit and implicit
};

struct Arch {
    std::string_view name;  // the JSON's spelling: "x86_64"
    unsigned bits;          // 32 or 64
    bool big_endian;
    std::span<const std::string_view> arguments;  // registers of the first arguments, in order
    std::span<const AddressRange> ranges;         // as far as they are fixed
    std::string_view ip, sp, link;                // register names; link may be ""

    // Reports the registers on one line of an oops (message without envelope); false when it holds none.
    // Must be cheap on lines that hold none: it is asked for every line of a report.
    bool (*parse_registers)(std::string_view line, const RegisterSink& sink);

    // Disassembles `code` (memory order), which lies at `address`; nullopt when the bytes decode to nothing
    // or the disassembler has no such architecture.
    std::optional<Decoded> (*disassemble)(std::span<const std::uint8_t> code, std::uint64_t address);

    // What following data through functions takes; nullptr where nobody wrote it for the architecture.
    bool (*lift)(std::span<const std::uint8_t> code, std::uint64_t address, Lifted& out) = nullptr;
    const CallingConvention* convention = nullptr;
};

// Every architecture that there is a file for.
std::span<const Arch* const> all_arches();
const Arch* arch_named(std::string_view name);
// From the release's suffix: "5.14.0-70.el9.x86_64" -> x86_64, "6.1.0-50-cloud-arm64" -> arm64.
const Arch* arch_of_release(std::string_view release);

}  // namespace inquest
