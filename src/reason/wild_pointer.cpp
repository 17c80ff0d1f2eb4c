#include "reason/wild_pointer.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "reason/next_steps.h"

namespace inquest::reason {
namespace {

using Type = PointerValue::Type;

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

}  // namespace

Confidence sureness(const PointerFault& fault, const CrashEvent& event) {
    if (fault.agreed) return kAgreed;
    // Nothing to compare: a general protection fault prints no address, the instruction must do.
    if (!event.fault_address && fault.base && !fault.base_inferred) return kConfident;
    return fault.base ? kConfident - 0.05 : kPlausible;
}

void explain_wild(const PointerFault& fault, const Scene& scene) {
    CrashEvent& event = scene.event;
    std::string function = where(event);
    std::uint64_t pointer = fault.base && fault.value.type != Type::user
                                ? *fault.base
                                : fault.address.value_or(fault.base.value_or(0));
    Confidence sure = std::min(sureness(fault, event), kConfident);
    if (fault.value.type == Type::text) {
        // Without the register the text is that of pointer and offset together.
        std::string what = fault.base ? " used a pointer" + provenance(fault, event) + " that holds the text "
                                      : " used an address that text makes, or text and an offset: ";
        conclude(event.verdict,
                 function + what + fault.value.name +
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
    std::string origin = provenance(fault, event);
    // What is known of the pointer's origin is not that of the member behind it.
    if (fault.base && *fault.base != address && !origin.empty()) origin = " through a pointer" + origin;
    conclude(event.verdict,
             where(event) + " " + std::string(did(event)) + " " + hex(address) + place + origin +
                 (missing ? ", where nothing is mapped: freed, or never a valid pointer"
                          : ", an address that it could not use"),
             Cause::unknown, kPlausible);
    if (missing) suggest_memory_debugging(event);
}

}  // namespace inquest::reason
