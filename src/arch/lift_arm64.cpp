#include "arch/lift_arm64.h"

namespace inquest {
namespace arm64 {
namespace {

std::uint64_t relative(const Word& word, unsigned low, unsigned count) {
    return word.address + static_cast<std::uint64_t>(word.signed_field(low, count) * 4);
}

void lift_exception(const Word& word, Lifted& out) {
    // hvc, smc: the firmware answers in x0 to x3. brk goes on: a warning does.
    const bool asks_firmware = word.field(21, 3) == 0 && (word.field(0, 2) == 2 || word.field(0, 2) == 3);
    for (RegisterId id = 0; asks_firmware && id < 4; ++id) add_compute(out, id);
}

// op0 to op2 of a system register as they stand in mrs, from bit 5 on.
constexpr unsigned system_register(unsigned op1, unsigned crn, unsigned crm, unsigned op2) {
    return 1U << 14 | op1 << 11 | crn << 7 | crm << 3 | op2;
}

void lift_system(const Word& word, Lifted& out) {
    constexpr unsigned kSpEl0 = system_register(0, 4, 1, 0), kTpidrEl1 = system_register(0, 13, 0, 4),
                       kTpidrEl2 = system_register(4, 13, 0, 2);
    constexpr unsigned kZeroCacheLine = 0x5ba1;  // dc zva, from bit 5 on
    const RegisterId target = word.reg(0);
    if (!word.bit(21)) {
        if (word.field(5, 16) == kZeroCacheLine && target != kNoRegister)
            out.add({.kind = Effect::Kind::touch, .writes = true, .memory = {.base = target}});
        return;
    }
    if (target == kNoRegister) return;
    Effect::Kind kind = Effect::Kind::compute;
    if (word.bit(20)) {
        const unsigned from = word.field(5, 15);
        if (from == kSpEl0) kind = Effect::Kind::current;
        if (from == kTpidrEl1 || from == kTpidrEl2) kind = Effect::Kind::per_cpu_base;
    }
    out.add({.kind = kind, .target = target});
}

bool lift_register_branch(const Word& word, Lifted& out) {
    constexpr unsigned kBr = 0, kBlr = 1, kRet = 2, kEret = 4;
    // The bit above tells the authenticating forms with a modifier: braa, blraa.
    switch (word.field(21, 4) & 7) {
        case kBr:
            out.flow = Flow::jump;
            break;
        case kBlr:
            out.flow = Flow::call;
            break;
        case kRet:
        case kEret:
            out.flow = Flow::leave;
            return true;
        default:
            return false;
    }
    out.target_register = word.reg(5);
    return true;
}

}  // namespace

bool lift_branch(const Word& word, Lifted& out) {
    if (word.field(26, 5) == 0b00101) {
        out.flow = word.bit(31) ? Flow::call : Flow::jump;
        out.target = relative(word, 0, 26);
    } else if (word.field(25, 6) == 0b011010) {  // cbz
        out.flow = Flow::branch;
        out.target = relative(word, 5, 19);
    } else if (word.field(25, 6) == 0b011011) {  // tbz
        out.flow = Flow::branch;
        out.target = relative(word, 5, 14);
    } else if (word.field(24, 8) == 0x54) {  // b.cond
        out.flow = Flow::branch;
        out.target = relative(word, 5, 19);
    } else if (word.field(24, 8) == 0xd4) {
        lift_exception(word, out);
    } else if (word.field(22, 10) == 0b11'0101'0100) {
        lift_system(word, out);
    } else if (word.field(25, 7) == 0b110'1011) {
        return lift_register_branch(word, out);
    } else {
        return false;
    }
    return true;
}

void lift_vector(const Word& word, Lifted& out) {
    const unsigned opcode = word.field(16, 3);
    bool to_general = false;
    if (word.field(24, 7) == 0x1e) {
        // fcvt*s, fcvt*u and fmov, and fcvtz* with a fixed point.
        const bool convert = word.bit(21) && word.field(10, 6) == 0;
        to_general = convert ? opcode != 0b010 && opcode != 0b011 && opcode != 0b111
                             : !word.bit(21) && opcode < 2 && word.field(19, 2) == 3;
    } else if (!word.bit(31) && word.field(21, 9) == 0b0'0111'0000) {
        to_general = word.field(10, 6) == 0b001011 || word.field(10, 6) == 0b001111;  // smov, umov
    }
    if (to_general) add_compute(out, word.reg(0));
}

}  // namespace arm64

bool lift_arm64(std::span<const std::uint8_t> code, std::uint64_t address, Lifted& out) {
    if (code.size() < 4) return false;
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) bits |= std::uint32_t{code[i]} << 8 * i;
    const arm64::Word word{bits, address};
    out = {};
    out.address = address;
    out.length = 4;
    const unsigned kind = word.field(25, 4);
    if ((kind & 0b1110) == 0b1000) {
        arm64::lift_immediate(word, out);
    } else if ((kind & 0b1110) == 0b1010) {
        return arm64::lift_branch(word, out);
    } else if ((kind & 0b0101) == 0b0100) {
        arm64::lift_memory_access(word, out);
    } else if ((kind & 0b0111) == 0b0101) {
        arm64::lift_register(word, out);
    } else if ((kind & 0b0111) == 0b0111) {
        arm64::lift_vector(word, out);
    } else {
        return false;  // none, or SVE's
    }
    return true;
}

}  // namespace inquest
