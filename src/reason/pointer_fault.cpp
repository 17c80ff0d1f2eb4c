#include "reason/pointer_fault.h"

#include "base/text.h"
#include "reason/wording.h"

namespace inquest::reason {
namespace {

using Type = PointerValue::Type;

// So few bytes behind a function's start its arguments mostly stand where they were passed.
constexpr std::uint64_t kNearEntry = 0x20;

bool suspicious(const PointerValue& value) {
    return value.type != Type::kernel && value.type != Type::unknown;
}

// Of base and index the one that is no kernel address is to blame.
void blame_register(PointerFault& fault, const Decoded::Memory& memory, const Scene& scene) {
    fault.base_register = memory.base;
    fault.base = memory.base == "rip" ? std::nullopt : scene.event.reg(memory.base);
    fault.offset = memory.displacement;
    if (!fault.base && !memory.base.empty() && memory.base != "rip" && memory.index.empty() &&
        memory.segment.empty() && scene.event.fault_address) {
        fault.base = *scene.event.fault_address - static_cast<std::uint64_t>(memory.displacement);
        fault.base_inferred = true;
    }
    if (fault.base) fault.value = read_pointer(*fault.base, scene.arch);
    if (memory.index.empty()) return;
    // With an index the displacement is no member's offset, and a base or an index alone may be any number:
    // only marks and errors are blamed.
    fault.offset.reset();
    if (fault.value.type == Type::user || fault.value.type == Type::null) {
        fault.base.reset();
        fault.base_register.clear();
        fault.value = {};
    }
    auto index = scene.event.reg(memory.index);
    if (!index || memory.scale != 1 || suspicious(fault.value)) return;
    if (auto value = read_pointer(*index, scene.arch);
        suspicious(value) && value.type != Type::null && value.type != Type::user) {
        fault.base_register = memory.index;
        fault.base = index;
        fault.value = std::move(value);
    }
}

// Whether a member of what `pointer` points at can lie at `address`, and the pointer is one that no valid
// pointer looks like: text, an error, a poison.
bool leads_to(std::uint64_t pointer, std::uint64_t address, const Scene& scene) {
    constexpr std::uint64_t kLargestMember = 0x1000;
    if (pointer == address) return true;
    if (address - pointer >= kLargestMember) return false;
    auto type = read_pointer(pointer, scene.arch).type;
    return type == Type::text || type == Type::error || type == Type::poison || type == Type::list_poison ||
           type == Type::freed_slab || type == Type::unset_slab;
}

// Without the instruction: the only argument register that leads to the address.
void find_argument(PointerFault& fault, const Scene& scene) {
    if (!scene.arch || !fault.address || *fault.address == 0) return;
    for (std::string_view reg : scene.arch->arguments) {
        auto value = scene.event.reg(reg);
        if (!value || !leads_to(*value, *fault.address, scene)) continue;
        if (fault.base) {
            fault.base.reset();
            fault.base_register.clear();
            fault.offset.reset();
            fault.value = {};
            return;
        }
        fault.base = value;
        fault.base_register = reg;
        fault.offset = static_cast<std::int64_t>(*fault.address - *value);
        fault.value = read_pointer(*value, scene.arch);
    }
}

bool repeats(const Decoded& instruction) { return instruction.text.starts_with("rep"); }

}  // namespace

bool address_is_doubtful(const CrashEvent& event) {
    return event.error_code.empty() && event.reg("cr2") == event.fault_address &&
           event.headline.find("nable to handle") == std::string::npos &&
           event.headline.find("NULL pointer") == std::string::npos;
}

std::optional<PointerFault> read_pointer_fault(const Scene& scene) {
    const CrashEvent& event = scene.event;
    PointerFault fault;
    fault.address = event.fault_address;
    bool doubtful = address_is_doubtful(event);
    if (scene.instruction && scene.instruction->memory) {
        blame_register(fault, *scene.instruction->memory, scene);
        fault.agreed = event.instruction.matches_fault_address;
        if (!fault.address || (doubtful && event.instruction.effective_address))
            fault.address = event.instruction.effective_address;
        // The registers and the printed address contradict each other: one of them is not this fault's.
        if (event.fault_address && !doubtful && event.instruction.effective_address && !fault.agreed) {
            fault.base.reset();
            fault.base_register.clear();
            fault.offset.reset();
            fault.value = {};
        }
    } else if (!scene.instruction) {
        find_argument(fault, scene);
    }
    if (doubtful && !fault.agreed && (!fault.base || fault.base_inferred)) return std::nullopt;
    if (!fault.address && !fault.base) return std::nullopt;
    // A shadow address or a table's entry says more than the register that it was computed from.
    if (fault.address) {
        auto whole = read_pointer(*fault.address, scene.arch);
        if (!suspicious(fault.value) || whole.type == Type::kasan_shadow) fault.value = std::move(whole);
    }
    // A repeated string instruction has moved its registers on.
    bool moved = scene.instruction && repeats(*scene.instruction);
    if (!fault.base_register.empty() && !moved) fault.origin = origin_of(scene, fault.base_register);
    bool at_entry = event.ip.offset && *event.ip.offset <= kNearEntry && scene.before.empty();
    if (at_entry && scene.arch && !moved)
        fault.argument_register = argument_number(*scene.arch, fault.base_register);
    return fault;
}

std::string_view did(const CrashEvent& event) {
    return event.access == Access::read ? "read" : event.access == Access::write ? "wrote to" : "accessed";
}

std::string provenance(const PointerFault& fault, const CrashEvent& event) {
    const Frame* from = caller(event);
    switch (fault.origin.type) {
        case Origin::Type::argument: {
            std::string number = std::to_string(fault.origin.argument);
            return from ? " that " + with_module(*from) + " passed as argument " + number
                        : " that was passed as argument " + number;
        }
        case Origin::Type::loaded:
            if (fault.origin.through_argument)
                return " loaded from offset " + offset_text(fault.origin.memory.displacement) +
                       " of its argument " + std::to_string(fault.origin.through_argument);
            return " loaded from " + fault.origin.memory.text;
        case Origin::Type::result:
            return " returned by the function that it had just called";
        case Origin::Type::unknown:
            break;
    }
    if (fault.base_register.empty()) return "";
    return " (in " + fault.base_register +
           (fault.argument_register
                ? ", where argument " + std::to_string(fault.argument_register) + " is passed)"
                : ")");
}

}  // namespace inquest::reason
