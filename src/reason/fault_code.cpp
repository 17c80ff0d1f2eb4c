#include "reason/fault_code.h"

#include "base/text.h"

namespace inquest::reason {
namespace {

bool is_page_fault(Kind kind) {
    return kind == Kind::null_pointer_dereference || kind == Kind::bad_page_fault ||
           kind == Kind::bad_instruction_fetch || kind == Kind::stack_overflow;
}

std::string_view verb(const FaultCode& code) {
    return code.fetch ? "instruction fetch from" : code.access == Access::write ? "write to" : "read from";
}

// Intel SDM 3A, 4.7: the page-fault error code.
FaultCode decode_x86(std::uint64_t value) {
    FaultCode code;
    code.present = value & 1;
    code.user_mode = value & 4;
    code.fetch = value & 16;
    code.access = code.fetch ? Access::execute : value & 2 ? Access::write : Access::read;
    code.text = verb(code);
    code.text += value & 8   ? " a page whose page table has reserved bits set"
                 : value & 1 ? " a page that does not allow it"
                             : " a page that is not present";
    if (value & 32) code.text += " (protection key)";
    return code;
}

// Arm ARM, ESR_ELx: exception class in bits 31:26; for aborts WnR in bit 6, the fault status in bits 5:0.
struct Status {
    std::uint64_t value, mask;
    std::string_view name;
    bool has_level;
};

constexpr Status kArm64Status[] = {
    {0x00, 0x3c, "address size fault", true},
    {0x04, 0x3c, "translation fault", true},
    {0x08, 0x3c, "access flag fault", true},
    {0x0c, 0x3c, "permission fault", true},
    {0x10, 0x3f, "external abort", false},
    {0x11, 0x3f, "tag check fault", false},
    {0x14, 0x3c, "external abort on a page table walk", true},
    {0x18, 0x3f, "parity or ECC error", false},
    {0x1c, 0x3c, "parity or ECC error on a page table walk", true},
    {0x21, 0x3f, "alignment fault", false},
    {0x2b, 0x3f, "translation fault, level -1", false},
    {0x30, 0x3f, "TLB conflict", false},
    {0x35, 0x3f, "exclusive access that the memory does not support", false},
};

struct ExceptionClass {
    unsigned value;
    std::string_view name;
};

constexpr ExceptionClass kArm64Classes[] = {
    {0x00, "undefined instruction"},
    {0x0d, "branch target exception"},
    {0x0e, "illegal execution state"},
    {0x1c, "pointer authentication failure"},
    {0x20, "instruction abort"},
    {0x21, "instruction abort"},
    {0x22, "misaligned PC"},
    {0x24, "data abort"},
    {0x25, "data abort"},
    {0x26, "misaligned SP"},
    {0x2f, "SError"},
    {0x3c, "BRK instruction"},
};

std::optional<FaultCode> decode_arm64(std::uint64_t esr) {
    // Old kernels print the number of the signal's cause there: "Oops: 5".
    if (esr < 0x1000000) return std::nullopt;
    auto exception = static_cast<unsigned>(esr >> 26 & 0x3f);
    FaultCode code;
    for (const auto& known : kArm64Classes)
        if (known.value == exception) code.text = known.name;
    if (code.text.empty()) return std::nullopt;
    code.fetch = exception == 0x20 || exception == 0x21;
    bool data = exception == 0x24 || exception == 0x25;
    code.user_mode = exception == 0x20 || exception == 0x24;
    code.external = exception == 0x2f;
    if (!code.fetch && !data) return code;
    code.access = code.fetch ? Access::execute : esr & 0x40 ? Access::write : Access::read;
    std::uint64_t status = esr & 0x3f;
    for (const auto& known : kArm64Status) {
        if ((status & known.mask) != known.value) continue;
        code.text += ": " + std::string(known.name);
        if (known.has_level) code.text += ", level " + std::to_string(status & 3);
    }
    if (status >= 0x04 && status <= 0x07) code.present = false;
    if (status >= 0x0c && status <= 0x0f) code.present = true;
    code.external = status == 0x10 || (status >= 0x14 && status <= 0x1f);
    code.tag_check = status == 0x11;
    return code;
}

// Arm ARM (ARMv7), DFSR: fault status in bits 10 and 3:0, WnR in bit 11; LPAE (bit 9): status in bits 5:0.
FaultCode decode_arm(std::uint64_t fsr) {
    FaultCode code;
    code.fetch = fsr & 0x80000000;
    code.access = code.fetch ? Access::execute : fsr & 0x800 ? Access::write : Access::read;
    std::uint64_t status = fsr & 0x200 ? fsr & 0x3f : (fsr & 0xf) | (fsr >> 6 & 0x10);
    bool translation = fsr & 0x200 ? (status & 0x3c) == 4 : status == 5 || status == 7;
    bool permission = fsr & 0x200 ? (status & 0x3c) == 12 : status == 13 || status == 15;
    code.external = fsr & 0x200 ? status == 16 || status == 17 : status == 8 || status == 22;
    if (translation) code.present = false;
    if (permission) code.present = true;
    code.text = verb(code);
    code.text += translation  ? " a page that is not present"
                 : permission ? " a page that does not allow it"
                              : " memory";
    if (code.external) code.text = "external abort";
    if (status == 1 && !(fsr & 0x200)) code.text = "misaligned access";
    return code;
}

// Power ISA, DSISR: bit 1 no translation, bit 4 protection, bit 6 store (bit 0 is the highest of 32).
FaultCode decode_ppc(std::uint64_t dsisr) {
    FaultCode code;
    code.access = dsisr & 0x02000000 ? Access::write : Access::read;
    if (dsisr & 0x40000000) code.present = false;
    if (dsisr & 0x08000000) code.present = true;
    code.text = verb(code);
    code.text += dsisr & 0x40000000   ? " a page that is not present"
                 : dsisr & 0x08000000 ? " a page that does not allow it"
                                      : " memory";
    return code;
}

std::optional<FaultCode> decode_riscv(std::uint64_t cause) {
    FaultCode code;
    switch (cause & 0xff) {
        case 1:
            code.access = Access::execute;
            code.text = "instruction access fault";
            break;
        case 2:
            code.text = "illegal instruction";
            break;
        case 3:
            code.text = "breakpoint (ebreak)";
            break;
        case 4:
            code.access = Access::read;
            code.text = "misaligned load";
            break;
        case 5:
            code.access = Access::read;
            code.text = "load access fault";
            break;
        case 6:
            code.access = Access::write;
            code.text = "misaligned store";
            break;
        case 7:
            code.access = Access::write;
            code.text = "store access fault";
            break;
        case 12:
            code.access = Access::execute;
            code.text = "instruction page fault";
            break;
        case 13:
            code.access = Access::read;
            code.text = "load page fault";
            break;
        case 15:
            code.access = Access::write;
            code.text = "store page fault";
            break;
        default:
            return std::nullopt;
    }
    code.fetch = code.access == Access::execute;
    return code;
}

// MIPS32 PRA, Cause: ExcCode in bits 6:2.
std::optional<FaultCode> decode_mips(std::uint64_t cause) {
    FaultCode code;
    switch (cause >> 2 & 0x1f) {
        case 1:
            code.access = Access::write;
            code.present = true;
            code.text = "write to a page that does not allow it";
            break;
        case 2:
            code.access = Access::read;
            code.present = false;
            code.text = "load or fetch without a translation";
            break;
        case 3:
            code.access = Access::write;
            code.present = false;
            code.text = "store without a translation";
            break;
        case 4:
            code.access = Access::read;
            code.text = "load or fetch from an address that is not allowed";
            break;
        case 5:
            code.access = Access::write;
            code.text = "store to an address that is not allowed";
            break;
        case 6:
        case 7:
            code.external = true;
            code.text = "bus error";
            break;
        case 9:
            code.text = "breakpoint";
            break;
        case 13:
            code.text = "trap";
            break;
        default:
            return std::nullopt;
    }
    return code;
}

// z/Architecture Principles of Operation: program interruption codes.
std::optional<FaultCode> decode_s390(std::uint64_t interruption) {
    FaultCode code;
    switch (interruption & 0xff) {
        case 0x01:
            code.text = "operation exception";
            break;
        case 0x02:
            code.text = "privileged operation";
            break;
        case 0x04:
            code.present = true;
            code.text = "protection exception";
            break;
        case 0x05:
            code.text = "addressing exception: no such memory";
            break;
        case 0x06:
            code.text = "specification exception";
            break;
        case 0x09:
            code.text = "fixed-point divide";
            break;
        case 0x10:
        case 0x11:
        case 0x38:
        case 0x39:
        case 0x3a:
        case 0x3b:
            code.present = false;
            code.text = "address without a translation";
            break;
        default:
            return std::nullopt;
    }
    return code;
}

}  // namespace

std::optional<FaultCode> decode_fault(const CrashEvent& event, const Arch& arch) {
    auto printed =
        parse_hex(std::string_view(event.error_code).substr(0, event.error_code.find_first_of(" \t,")));
    auto name = arch.name;
    if (name == "x86_64" || name == "i386") {
        if (!printed || !is_page_fault(event.kind)) return std::nullopt;
        return decode_x86(*printed);
    }
    if (name == "arm64") return printed ? decode_arm64(*printed) : std::nullopt;
    if (name == "arm") {
        if (!printed || !is_page_fault(event.kind)) return std::nullopt;
        return decode_arm(*printed);
    }
    if (name.starts_with("ppc")) {
        auto dsisr = event.reg("dsisr");
        if (!dsisr || !is_page_fault(event.kind)) return std::nullopt;
        return decode_ppc(*dsisr);
    }
    auto cause = printed ? printed : event.reg("cause");
    if (name == "s390x") return printed ? decode_s390(*printed) : std::nullopt;
    if (!cause) return std::nullopt;
    if (name.starts_with("riscv")) return decode_riscv(*cause);
    if (name.starts_with("mips")) return decode_mips(*cause);
    return std::nullopt;
}

}  // namespace inquest::reason
