// What the lift_arm64*.cpp share: the fields of an instruction. A64 is decoded here by its encoding, since
// capstone 4 knows neither the atomics of Armv8.1 nor pointer authentication, which kernels are full of.
#pragma once

#include "arch/lift.h"

namespace inquest::arm64 {

struct Word {
    std::uint32_t bits = 0;
    std::uint64_t address = 0;

    [[nodiscard]] constexpr unsigned field(unsigned low, unsigned count) const {
        return bits >> low & ((1U << count) - 1);
    }
    [[nodiscard]] constexpr bool bit(unsigned at) const { return field(at, 1); }
    [[nodiscard]] constexpr std::int64_t signed_field(unsigned low, unsigned count) const {
        const std::int64_t value = field(low, count), sign = std::int64_t{1} << (count - 1);
        return (value ^ sign) - sign;
    }
    // Number 31 is the zero register, or the stack pointer: the place in the instruction decides.
    [[nodiscard]] constexpr RegisterId reg(unsigned low) const {
        const unsigned number = field(low, 5);
        return number == 31 ? kNoRegister : static_cast<RegisterId>(number);
    }
    [[nodiscard]] constexpr RegisterId reg_or_sp(unsigned low) const {
        return static_cast<RegisterId>(field(low, 5));
    }
    // Of results that are as wide as bit 31 says.
    [[nodiscard]] constexpr std::uint8_t width() const { return bit(31) ? 8 : 4; }
};

inline void add_compute(Lifted& out, RegisterId target) {
    if (target != kNoRegister) out.add({.kind = Effect::Kind::compute, .target = target});
}

// target = source, 0 for the zero register.
void add_copy(Lifted& out, RegisterId target, RegisterId source, std::uint8_t width);

void lift_immediate(const Word& word, Lifted& out);      // data processing with an immediate
void lift_register(const Word& word, Lifted& out);       // data processing of registers
void lift_vector(const Word& word, Lifted& out);         // SIMD and floating point
bool lift_branch(const Word& word, Lifted& out);         // branches, exceptions, system; false: none
void lift_memory_access(const Word& word, Lifted& out);  // loads, stores, atomics

}  // namespace inquest::arm64
