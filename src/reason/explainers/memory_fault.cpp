// An access to memory that the processor refused: what the pointer was, and where it came from.
#include <bit>

#include "base/text.h"
#include "model/symbol.h"
#include "reason/next_steps.h"
#include "reason/pointer_fault.h"

namespace inquest {
namespace {

using namespace reason;

using Type = PointerValue::Type;

constexpr Confidence kAgreed = 0.9;     // instruction, registers and the kernel's address agree
constexpr Confidence kPlausible = 0.7;  // one of them is missing
constexpr Confidence kWeak = 0.5;
constexpr std::uint64_t kPage = 0x1000;
constexpr std::uint64_t kFarFromNull = 0x10000;

Confidence sureness(const PointerFault& fault, const CrashEvent& event) {
    if (fault.agreed) return kAgreed;
    // Nothing to compare: a general protection fault prints no address, the instruction must do.
    if (!event.fault_address && fault.base && !fault.base_inferred) return kConfident;
    return fault.base ? kConfident - 0.05 : kPlausible;
}

std::string caller_phrase(const CrashEvent& event) {
    const Frame* from = caller(event);
    return from ? " by " + with_module(*from) : "";
}

std::string member_phrase(const PointerFault& fault, const CrashEvent& event) {
    if (!fault.offset) return "";
    return ": the member at offset " + hex(static_cast<std::uint64_t>(*fault.offset)) + " was " +
           (event.access == Access::write  ? "written"
            : event.access == Access::read ? "read"
                                           : "accessed");
}

// Whoever passed a pointer that is none answers for it, rather than the function that used it.
void suspect_caller(CrashEvent& event) {
    if (const Frame* from = caller(event))
        event.verdict.suspect = {from->module, bare_function(from->symbol)};
}

void explain_null(const PointerFault& fault, CrashEvent& event) {
    Verdict& verdict = event.verdict;
    std::string function = where(event);
    Confidence sure = sureness(fault, event);
    auto offset = static_cast<std::uint64_t>(fault.value.offset);
    if (!fault.base || *fault.base >= kPage) {
        // Without the register it may as well be an error code plus a member's offset: 0x36 is -ENOENT and
        // 0x38.
        std::string what =
            !fault.address || *fault.address == 0 ? "through a NULL pointer"
            : *fault.address % 4 == 0
                ? hex(*fault.address) + ", most likely that offset of a NULL pointer"
                : hex(*fault.address) + ", near NULL: a NULL pointer or an error code, plus an offset";
        bool through = what.starts_with("through");
        std::string verb(through && event.access == Access::write ? "wrote" : did(event));
        conclude(verdict, function + " " + verb + " " + what, Cause::unknown, kPlausible);
        return;
    }
    verdict.member.offset = *fault.base ? offset : static_cast<std::uint64_t>(fault.offset.value_or(0));
    bool argument = fault.origin.type == Origin::Type::argument;
    if (argument) suspect_caller(event);
    if (*fault.base == 0 && argument) {
        conclude(verdict,
                 "NULL pointer passed to " + function + " as argument " +
                     std::to_string(fault.origin.argument) + caller_phrase(event) +
                     member_phrase(fault, event),
                 Cause::null_argument, sure);
    } else if (*fault.base == 0) {
        conclude(verdict,
                 function + " used a NULL pointer" + provenance(fault, event) + member_phrase(fault, event),
                 Cause::unknown, sure);
    } else {
        // A small number: the address of a member of a structure that is not there.
        std::string passed = argument || fault.argument_register ? provenance(fault, event) : "";
        conclude(verdict,
                 function + " used the address " + hex(*fault.base) + passed +
                     ", the member at that offset of a NULL structure",
                 argument ? Cause::null_argument : Cause::unknown, std::min(sure, kPlausible));
    }
}

void explain_error(const PointerFault& fault, CrashEvent& event) {
    Verdict& verdict = event.verdict;
    if (!fault.base) {
        conclude(verdict,
                 where(event) + " accessed " + hex(*fault.address) +
                     ", an address that an error code used as a pointer leads to",
                 Cause::error_pointer, kWeak);
        return;
    }
    verdict.member.offset =
        fault.offset ? std::optional(static_cast<std::uint64_t>(*fault.offset)) : std::nullopt;
    // list_entry() or container_of() of NULL gives small negative numbers as well: multiples of 8.
    bool ambiguous = fault.value.offset % 8 == 0;
    if (ambiguous && fault.address && *fault.address == 0) {
        conclude(verdict,
                 where(event) + " used a NULL pointer to a member (in " + fault.base_register +
                     " stands the address of the structure around it)",
                 Cause::unknown, kPlausible);
        return;
    }
    std::string text = fault.value.name;
    Confidence sure = ambiguous ? kWeak : std::max(sureness(fault, event), kConfident);
    bool argument = fault.origin.type == Origin::Type::argument;
    if (argument) suspect_caller(event);
    std::string summary =
        argument ? "the error " + text + " was passed to " + where(event) + " as a pointer (argument " +
                       std::to_string(fault.origin.argument) + ")" + caller_phrase(event)
                 : where(event) + " used the error " + text + " as a pointer" + provenance(fault, event);
    conclude(verdict, summary + member_phrase(fault, event), Cause::error_pointer, sure);
    if (ambiguous)
        verdict.next_steps.push_back(
            "read the source around the fault: a NULL list or member pointer minus " +
            hex(0 - static_cast<std::uint64_t>(fault.value.offset)) +
            " (container_of) gives the same number as this error code");
}

std::string poison_name(const PointerValue& value) {
    std::string name = value.name;
    if (value.type != Type::list_poison || value.offset == 0) return name;
    return name + (value.offset > 0 ? "+" + hex(static_cast<std::uint64_t>(value.offset))
                                    : "-" + hex(0 - static_cast<std::uint64_t>(value.offset)));
}

void explain_poison(const PointerFault& fault, CrashEvent& event) {
    std::string function = where(event);
    Confidence sure = std::min(sureness(fault, event), 0.85);
    switch (fault.value.type) {
        case Type::list_poison:
            conclude(
                event.verdict,
                function + " followed " + poison_name(fault.value) +
                    ", which list_del() leaves in an entry: the entry had already been removed from its list",
                Cause::list_corruption, sure);
            break;
        case Type::freed_slab:
            conclude(event.verdict,
                     function + " used a pointer" + provenance(fault, event) + " that holds the poison of " +
                         fault.value.name + ": it was read from an object after its kfree()",
                     Cause::use_after_free, sure);
            break;
        case Type::unset_slab:
            conclude(event.verdict,
                     function + " used a pointer" + provenance(fault, event) + " that holds the poison of " +
                         fault.value.name + ": the object was allocated but this member never set",
                     Cause::unknown, kPlausible);
            break;
        default:
            conclude(event.verdict,
                     function + " used a pointer" + provenance(fault, event) +
                         " that holds a mark of the kernel: " + fault.value.name,
                     Cause::wild_pointer, kPlausible);
    }
    suggest_memory_debugging(event);
}

void explain_shadow(const PointerFault& fault, const Scene& scene) {
    CrashEvent& event = scene.event;
    std::uint64_t real = fault.value.real;
    auto value = read_pointer(real, scene.arch);
    add_evidence(event.verdict,
                 hex(*fault.address) + " is KASAN's shadow of " + hex(real) + "-" + hex(real + 7),
                 "fault address");
    if (value.type == Type::null) {
        event.verdict.member.offset = real;
        conclude(event.verdict,
                 where(event) + " used a NULL pointer: the member at offset " + hex(real) + "-" +
                     hex(real + 7) + " (KASAN was checking the access)",
                 Cause::unknown, kConfident);
    } else if (real < kFarFromNull) {
        conclude(event.verdict,
                 where(event) + " used " + hex(real) +
                     ", most likely that offset of a NULL pointer (KASAN was checking the access)",
                 Cause::unknown, kPlausible);
    } else {
        conclude(event.verdict,
                 where(event) + " used a pointer to " + hex(real) + ", " +
                     (value.name.empty() ? "no kernel address" : value.name) +
                     " (KASAN was checking the access)",
                 Cause::wild_pointer, kPlausible);
    }
}

// Another register holds a kernel address that is the same but for one bit that addresses of one machine have
// in common.
std::string one_bit_neighbour(std::uint64_t address, const Scene& scene) {
    for (const auto& reg : scene.event.registers) {
        if (!reg.value || read_pointer(*reg.value, scene.arch).type != Type::kernel) continue;
        std::uint64_t difference = *reg.value ^ address;
        bool one = difference && !(difference & (difference - 1));
        if (one && difference >= 1ULL << 30 && reg.name != "cr2") return reg.name;
    }
    return {};
}

bool explain_bit_flip(std::uint64_t pointer, const Scene& scene) {
    CrashEvent& event = scene.event;
    std::string neighbour = one_bit_neighbour(pointer, scene);
    std::uint64_t canonical = one_bit_from_canonical(pointer, scene.arch);
    if (neighbour.empty() && !canonical) return false;
    std::string summary = where(event) + " used " + hex(pointer) + ", which one flipped bit makes out of ";
    summary += neighbour.empty() ? "the kernel address " + hex(canonical) : "the value in " + neighbour;
    conclude(event.verdict, summary + ": broken memory or a stray write", Cause::bit_flip,
             neighbour.empty() ? 0.35 : 0.45);
    suggest_memory_test(event);
    return true;
}

void explain_wild(const PointerFault& fault, const Scene& scene) {
    CrashEvent& event = scene.event;
    std::string function = where(event);
    std::uint64_t pointer = fault.base && fault.value.type != Type::user
                                ? *fault.base
                                : fault.address.value_or(fault.base.value_or(0));
    Confidence sure = std::min(sureness(fault, event), kConfident);
    if (fault.value.type == Type::text) {
        conclude(event.verdict,
                 function + " used a pointer" + provenance(fault, event) + " that holds the text " +
                     fault.value.name +
                     ": the structure was overwritten, or freed and used for something else",
                 Cause::wild_pointer, sure);
        suggest_memory_debugging(event);
        return;
    }
    if (fault.value.type == Type::non_canonical) {
        if (explain_bit_flip(pointer, scene)) return;
        conclude(event.verdict,
                 function + " used " + hex(pointer) + provenance(fault, event) +
                     " as a pointer, which no address can be: overwritten or freed memory, or a wrong type",
                 Cause::wild_pointer, sure);
        suggest_memory_debugging(event);
        return;
    }
    bool guarded = scene.fault && scene.fault->present == true && !scene.fault->user_mode;
    bool far = fault.base && fault.address && *fault.base != *fault.address;
    std::uint64_t used =
        fault.base && fault.value.type == read_pointer(*fault.base, scene.arch).type ? *fault.base : pointer;
    conclude(
        event.verdict,
        function + " used " + hex(used) + provenance(fault, event) + " as a pointer" +
            (far && used == *fault.base ? " (it " + std::string(did(event)) + " " + hex(*fault.address) + ")"
                                        : "") +
            (guarded
                 ? ": an address of user space, without the functions made for that (SMAP or PAN stopped it)"
                 : ", no kernel address: it was never set, overwritten, or freed and used for something "
                   "else"),
        Cause::wild_pointer, std::min(sure, kPlausible));
    if (std::has_single_bit(used))
        event.verdict.next_steps.push_back("check the memory: one flipped bit makes " + hex(used) +
                                           " out of NULL  # ras-mc-ctl --errors; edac-util -v cost nothing");
}

void explain_kernel_address(const PointerFault& fault, const Scene& scene) {
    CrashEvent& event = scene.event;
    std::uint64_t address = fault.address.value_or(fault.base.value_or(0));
    bool named = fault.value.type == Type::kernel && !fault.value.name.starts_with("kernel");
    std::string place = named ? " (" + fault.value.name + ")" : "";
    if (scene.fault && scene.fault->tag_check) {
        conclude(event.verdict,
                 where(event) + " " + std::string(did(event)) + " " + hex(address) +
                     " with a pointer whose tag does not match the memory's: freed memory or past the end of "
                     "an object",
                 Cause::use_after_free, kWeak);
        return;
    }
    if (scene.fault && scene.fault->present == true && event.access == Access::write) {
        conclude(event.verdict,
                 where(event) + " wrote to " + hex(address) + place + ", which is mapped read-only",
                 Cause::unknown, kConfident);
        return;
    }
    if (scene.fault && scene.fault->present == false && explain_bit_flip(address, scene)) return;
    bool missing = scene.fault && scene.fault->present == false;
    conclude(event.verdict,
             where(event) + " " + std::string(did(event)) + " " + hex(address) + place +
                 provenance(fault, event) +
                 (missing ? ", where nothing is mapped: freed, or never a valid pointer"
                          : ", an address that it could not use"),
             Cause::unknown, kPlausible);
    if (missing) suggest_memory_debugging(event);
}

void show_registers(const PointerFault& fault, CrashEvent& event) {
    Verdict& verdict = event.verdict;
    if (!event.instruction.text.empty()) add_evidence(verdict, event.instruction.text, "instruction");
    if (fault.base)
        add_evidence(
            verdict,
            fault.base_register + " = " + hex16(*fault.base) +
                (fault.base_inferred ? " (fault address minus offset)" : ""),
            fault.base_inferred ? "instruction and fault address" : "register " + fault.base_register);
    if (!event.fault_address) return;
    std::string agreement = fault.agreed ? ", as " + event.instruction.operand + " gives" : "";
    if (event.instruction.effective_address && !fault.agreed)
        agreement = "; " + event.instruction.operand + " gives " + hex(*event.instruction.effective_address) +
                    ", which does not agree";
    add_evidence(verdict, "fault address " + hex(*event.fault_address) + agreement, "fault address");
}

// A protection fault of an instruction that accesses no memory of its own.
void explain_refusal(const Scene& scene) {
    CrashEvent& event = scene.event;
    constexpr std::string_view kThunk = "__x86_indirect_thunk_";
    std::string_view function = event.ip.symbol;
    if (function.starts_with(kThunk)) {
        std::string reg(function.substr(kThunk.size()));
        auto target = event.reg(reg);
        const Frame* from = caller(event);
        auto value = target ? read_pointer(*target, scene.arch) : PointerValue{};
        conclude(
            event.verdict,
            (from ? with_module(*from) : "the kernel") + " called a function pointer that is no address" +
                (target ? ": " + reg + " = " + hex(*target) + (value.name.empty() ? "" : ", " + value.name)
                        : ""),
            value.type == Type::freed_slab ? Cause::use_after_free : Cause::wild_pointer, kPlausible);
        return;
    }
    if (scene.instruction->is_return)
        conclude(event.verdict,
                 where(event) + " returned to what is no address: the stack was overwritten or unbalanced",
                 Cause::unknown, kPlausible);
    else
        conclude(event.verdict,
                 "the processor refused " + event.instruction.text + " in " + where(event) +
                     ": it is not allowed in the state that the registers are in",
                 Cause::unknown, kPlausible);
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    auto fault = read_pointer_fault(scene);
    // The address of "general protection fault, maybe for address" is a guess where the instruction accesses
    // none.
    bool thunk = event.ip.symbol.starts_with("__x86_indirect_thunk_");
    bool no_access = event.kind == Kind::general_protection_fault &&
                     (thunk || (scene.instruction && !scene.instruction->memory));
    if (!fault || no_access) {
        if (!event.instruction.text.empty())
            add_evidence(event.verdict, event.instruction.text, "instruction");
        if (no_access)
            explain_refusal(scene);
        else if (address_is_doubtful(event) && event.fault_address)
            conclude(event.verdict, "a fault in " + where(event) + "; the lines that say which are lost",
                     Cause::unknown, kWeak);
        return;
    }
    show_registers(*fault, event);
    switch (fault->value.type) {
        case Type::null:
            explain_null(*fault, event);
            break;
        case Type::error:
            explain_error(*fault, event);
            break;
        case Type::list_poison:
        case Type::freed_slab:
        case Type::unset_slab:
        case Type::poison:
            explain_poison(*fault, event);
            break;
        case Type::kasan_shadow:
            explain_shadow(*fault, scene);
            break;
        case Type::text:
        case Type::non_canonical:
        case Type::user:
            explain_wild(*fault, scene);
            break;
        case Type::kernel:
        case Type::unknown:
            explain_kernel_address(*fault, scene);
            break;
    }
    suggest_source_line(event);
}

constexpr Kind kKinds[] = {Kind::null_pointer_dereference, Kind::bad_page_fault,
                           Kind::general_protection_fault};

}  // namespace

extern const Explainer plugin_explainers_memory_fault;
const Explainer plugin_explainers_memory_fault{"memory-fault", kKinds, explain};

}  // namespace inquest
