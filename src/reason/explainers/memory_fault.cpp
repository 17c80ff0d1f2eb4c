// An access to memory that the processor refused: what the pointer was, and where it came from.
#include "base/text.h"
#include "model/symbol.h"
#include "reason/next_steps.h"
#include "reason/pointer_fault.h"
#include "reason/wild_pointer.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

using Type = PointerValue::Type;

constexpr std::uint64_t kPage = 0x1000;
constexpr std::uint64_t kFarFromNull = 0x10000;

std::string member_phrase(const PointerFault& fault, const CrashEvent& event) {
    if (!fault.offset) return "";
    return ": the member at offset " + offset_text(*fault.offset) + " was " +
           (event.access == Access::write  ? "written"
            : event.access == Access::read ? "read"
                                           : "accessed");
}

// Below the pointer lies no member, but a structure around it.
void set_member(Verdict& verdict, std::int64_t offset) {
    if (offset >= 0) verdict.member.offset = static_cast<std::uint64_t>(offset);
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
    set_member(verdict, *fault.base ? fault.value.offset : fault.offset.value_or(0));
    bool argument = fault.origin.type == Origin::Type::argument;
    if (argument) suspect_caller(event);
    if (*fault.base == 0 && argument) {
        conclude(verdict,
                 "NULL pointer passed to " + function + " as argument " +
                     std::to_string(fault.origin.argument) + by_caller(event) + member_phrase(fault, event),
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
    if (fault.offset) set_member(verdict, *fault.offset);
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
                       std::to_string(fault.origin.argument) + ")" + by_caller(event)
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
    if (scene.fault && !scene.fault->text.empty())
        add_evidence(event.verdict, scene.fault->text,
                     event.error_code.empty() ? "error code" : "error code " + event.error_code);
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
