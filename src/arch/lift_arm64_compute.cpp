#include <bit>

#include "arch/lift_arm64.h"

namespace inquest::arm64 {
namespace {

using Kind = Effect::Kind;

std::int64_t cut(std::uint64_t value, std::uint8_t width) {
    return static_cast<std::int64_t>(width == 4 ? value & 0xffffffff : value);
}

// The immediate of a logical instruction: ones, rotated, repeated (DecodeBitMasks of the Arm manual).
std::uint64_t bit_mask(bool n, unsigned imms, unsigned immr) {
    const unsigned pattern = (n ? 64U : 0U) | (~imms & 63U);
    if (pattern < 2) return 0;  // reserved
    const unsigned size = std::bit_floor(pattern), rotate = immr & (size - 1), ones = (imms & (size - 1)) + 1;
    if (ones >= size) return 0;  // reserved
    std::uint64_t mask = (std::uint64_t{1} << ones) - 1;
    if (rotate) mask = mask >> rotate | mask << (size - rotate);
    if (size < 64) mask &= (std::uint64_t{1} << size) - 1;
    for (unsigned filled = size; filled < 64; filled *= 2) mask |= mask << filled;
    return mask;
}

void lift_add_immediate(const Word& word, Lifted& out) {
    const bool flags = word.bit(29);
    const RegisterId source = word.reg_or_sp(5), target = flags ? word.reg(0) : word.reg_or_sp(0);
    if (target == kNoRegister) return;
    const std::uint8_t width = word.width();
    std::int64_t value = std::int64_t{word.field(10, 12)} << (word.bit(22) ? 12 : 0);
    if (word.bit(30)) value = -value;
    if (target == source) {
        out.add({.kind = Kind::add, .target = target, .width = width, .value = value});
    } else if (value == 0) {
        add_copy(out, target, source, width);
    } else {
        out.add({.kind = Kind::address,
                 .target = target,
                 .width = width,
                 .memory = {.base = source, .displacement = value}});
    }
}

void add_mask(Lifted& out, RegisterId target, RegisterId source, std::int64_t value, std::uint8_t width) {
    out.add({.kind = Kind::mask, .target = target, .source = source, .width = width, .value = value});
}

void lift_logical_immediate(const Word& word, Lifted& out) {
    constexpr unsigned kAnd = 0, kOr = 1, kAndFlags = 3;
    const unsigned operation = word.field(29, 2);
    const RegisterId target = operation == kAndFlags ? word.reg(0) : word.reg_or_sp(0);
    const std::int64_t value =
        cut(bit_mask(word.bit(22), word.field(10, 6), word.field(16, 6)), word.width());
    const RegisterId source = word.reg(5);
    if (target == kNoRegister) return;  // tst
    if (operation == kOr && source == kNoRegister) {
        out.add({.kind = Kind::constant, .target = target, .value = value});
    } else if ((operation == kAnd || operation == kAndFlags) && source != kNoRegister) {
        add_mask(out, target, source, value, word.width());
    } else {
        add_compute(out, target);
    }
}

void lift_move_wide(const Word& word, Lifted& out) {
    constexpr unsigned kInverted = 0, kKeep = 3;
    const RegisterId target = word.reg(0);
    if (target == kNoRegister) return;
    const unsigned shift = word.field(21, 2) * 16;
    std::uint64_t value = word.field(5, 16);
    if (word.field(29, 2) == kKeep) {
        out.add({.kind = Kind::insert,
                 .target = target,
                 .width = word.width(),
                 .shift = static_cast<std::uint8_t>(shift),
                 .value = static_cast<std::int64_t>(value)});
        return;
    }
    value <<= shift;
    if (word.field(29, 2) == kInverted) value = ~value;
    out.add({.kind = Kind::constant, .target = target, .value = cut(value, word.width())});
}

// sxtw is what x86 calls movslq; what takes the lowest bits masks them: uxtb, uxth, ubfx from bit 0 on.
void lift_bit_field(const Word& word, Lifted& out) {
    constexpr unsigned kSigned = 0, kUnsigned = 2;
    const RegisterId target = word.reg(0), source = word.reg(5);
    const unsigned operation = word.field(29, 2), last = word.field(10, 6);
    const bool from_bit_0 = word.field(16, 6) == 0;
    if (target == kNoRegister) return;
    if (from_bit_0 && operation == kSigned && last == 31) {
        add_copy(out, target, source, 4);
    } else if (from_bit_0 && operation == kUnsigned && source != kNoRegister) {
        const auto mask = ~std::uint64_t{0} >> (63 - last);
        add_mask(out, target, source, static_cast<std::int64_t>(mask), word.width());
    } else {
        add_compute(out, target);
    }
}

void lift_logical(const Word& word, Lifted& out) {
    const bool plain = word.field(22, 2) == 0 && word.field(10, 6) == 0;
    const RegisterId target = word.reg(0);
    if (target == kNoRegister) return;
    if (plain && word.field(29, 2) == 1 && !word.bit(21) && word.reg(5) == kNoRegister)
        add_copy(out, target, word.reg(16), word.width());
    else
        add_compute(out, target);
}

// The second operand of an addition.
struct Addend {
    RegisterId id;
    unsigned shift = 0;
    std::uint8_t width = 8;  // bytes of it that count
    bool is_signed = false;
};

void add_sum(Lifted& out, RegisterId target, RegisterId base, const Addend& addend, std::uint8_t width) {
    const bool plain = addend.shift == 0 && addend.width >= width;
    if (addend.id == kNoRegister) return add_copy(out, target, base, width);
    if (plain && base == kNoRegister) return add_copy(out, target, addend.id, width);
    if (plain && (target == base || target == addend.id)) {
        const RegisterId other = target == base ? addend.id : base;
        out.add({.kind = Kind::add, .target = target, .source = other, .width = width});
    } else if (base != kNoRegister && addend.shift < 8) {
        out.add({.kind = Kind::address,
                 .target = target,
                 .width = width,
                 .memory = {.base = base,
                            .index = addend.id,
                            .scale = static_cast<std::uint8_t>(1U << addend.shift),
                            .index_width = addend.width,
                            .index_signed = addend.is_signed}});
    } else {
        add_compute(out, target);
    }
}

void lift_add_shifted(const Word& word, Lifted& out) {
    const RegisterId target = word.reg(0), base = word.reg(5), addend = word.reg(16);
    if (target == kNoRegister) return;
    const bool subtracts = word.bit(30), shifts_left = word.field(22, 2) == 0;
    if (subtracts && addend == base && shifts_left && word.field(10, 6) == 0)
        return add_copy(out, target, kNoRegister, word.width());
    if (!shifts_left || (subtracts && addend != kNoRegister)) return add_compute(out, target);
    add_sum(out, target, base, {.id = addend, .shift = word.field(10, 6)}, word.width());
}

void lift_add_extended(const Word& word, Lifted& out) {
    const RegisterId target = word.bit(29) ? word.reg(0) : word.reg_or_sp(0), base = word.reg_or_sp(5);
    if (target == kNoRegister) return;
    const unsigned extension = word.field(13, 3);
    const bool at_least_a_word = (extension & 2) != 0;
    if (!at_least_a_word || word.bit(30)) return add_compute(out, target);
    add_sum(out, target, base,
            {.id = word.reg(16),
             .shift = word.field(10, 3),
             .width = static_cast<std::uint8_t>(extension & 1 ? 8 : 4),
             .is_signed = extension == 0b110},
            word.width());
}

void lift_select(const Word& word, Lifted& out) {
    constexpr unsigned kSelect = 0, kIncrement = 1, kInvert = 2;
    const RegisterId target = word.reg(0), one = word.reg(5), other = word.reg(16);
    if (target == kNoRegister) return;
    const unsigned operation = word.field(30, 1) << 1 | word.field(10, 1);
    const std::uint8_t width = word.width();
    Effect select{.kind = Kind::select, .target = target, .width = width};
    if (operation == kSelect) {
        const bool stays_one = target == one && target != other;
        if (target != one && target != other) add_copy(out, target, other, width);
        select.source = stays_one ? other : one;
    } else if ((operation == kIncrement || operation == kInvert) && one == kNoRegister &&
               other == kNoRegister) {  // cset, csetm
        add_copy(out, target, kNoRegister, width);
        select.value = cut(operation == kInvert ? ~std::uint64_t{0} : 1, width);
    } else {
        return add_compute(out, target);
    }
    out.add(select);
}

bool only_signs(const Word& word) {  // pacia, autia, xpaci: the pointer stays the same to us
    return word.field(21, 11) == 0b110'1101'0110 && word.field(16, 5) == 1;
}

}  // namespace

void add_copy(Lifted& out, RegisterId target, RegisterId source, std::uint8_t width) {
    if (source == kNoRegister)
        out.add({.kind = Kind::constant, .target = target, .value = 0});
    else
        out.add({.kind = Kind::copy, .target = target, .source = source, .width = width});
}

void lift_immediate(const Word& word, Lifted& out) {
    switch (word.field(23, 3)) {
        case 0b000:
        case 0b001: {
            const std::int64_t offset = word.signed_field(5, 19) * 4 + word.field(29, 2);
            const auto base = word.bit(31) ? word.address & ~std::uint64_t{0xfff} : word.address;
            const std::int64_t value = static_cast<std::int64_t>(
                base + static_cast<std::uint64_t>(word.bit(31) ? offset * 4096 : offset));
            if (word.reg(0) != kNoRegister)
                out.add({.kind = Kind::constant, .target = word.reg(0), .value = value});
            return;
        }
        case 0b010:
            return lift_add_immediate(word, out);
        case 0b011:  // addg, subg
            return add_compute(out, word.reg_or_sp(0));
        case 0b100:
            return lift_logical_immediate(word, out);
        case 0b101:
            return lift_move_wide(word, out);
        case 0b110:
            return lift_bit_field(word, out);
        default:  // extr
            return add_compute(out, word.reg(0));
    }
}

void lift_register(const Word& word, Lifted& out) {
    if (!word.bit(28)) {
        if (!word.bit(24)) return lift_logical(word, out);
        return word.bit(21) ? lift_add_extended(word, out) : lift_add_shifted(word, out);
    }
    constexpr unsigned kCarry = 0, kCompare = 2, kSelect = 4;
    const unsigned kind = word.field(21, 4);
    if (kind == kCompare) return;
    if (kind == kSelect) return lift_select(word, out);
    const bool sets_flags_only = kind == kCarry && word.field(10, 6) != 0;  // rmif, setf8
    if (!sets_flags_only && !only_signs(word)) add_compute(out, word.reg(0));
}

}  // namespace inquest::arm64
