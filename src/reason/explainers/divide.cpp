// A divide error: the divisor is 0, or the quotient does not fit its register.
#include "base/text.h"
#include "reason/machine_code.h"
#include "reason/next_steps.h"
#include "reason/scene.h"

namespace inquest {
namespace {

using namespace reason;

struct Divisor {
    std::string name;                    // "ecx", "0x10(%rcx)"
    std::optional<std::uint64_t> value;  // of a register, cut to the width that divides
};

// %ecx divides with the lower half of rcx, %cl with a byte.
Divisor read_divisor(const Scene& scene) {
    Divisor divisor{scene.instruction->divisor, std::nullopt};
    if (scene.instruction->memory) return divisor;
    // The registers that it reads but for the dividend's; the explicit one comes first.
    for (const auto& reg : scene.instruction->reads) {
        auto value = scene.event.reg(reg);
        bool dividend = (reg == "rax" || reg == "rdx" || reg == "eax" || reg == "edx");
        if (!value || dividend) continue;
        std::string_view name = divisor.name;
        bool half = name.starts_with('e') || name.ends_with('d');
        bool word = !half && (name.size() == 2 || name.ends_with('w'));
        bool byte = name.ends_with('l') || name.ends_with('b') || name.ends_with('h');
        divisor.value = name.starts_with('r') && !half && !word && !byte ? *value
                        : half                                           ? *value & 0xffffffff
                        : byte                                           ? std::nullopt
                                                                         : std::optional(*value & 0xffff);
        break;
    }
    return divisor;
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    suggest_source_line(event);
    if (!scene.instruction || !scene.instruction->is_divide) {
        conclude(event.verdict, where(event) + " divided by zero, or the quotient was too large",
                 Cause::divide_by_zero, 0.75);
        return;
    }
    add_evidence(event.verdict, scene.instruction->text, "instruction");
    Divisor divisor = read_divisor(scene);
    if (divisor.value && *divisor.value == 0) {
        add_evidence(event.verdict, divisor.name + " = 0", "register " + divisor.name);
        conclude(event.verdict, where(event) + " divided by zero (divisor " + divisor.name + " is 0)",
                 Cause::divide_by_zero, 0.95);
    } else if (divisor.value) {
        add_evidence(event.verdict, divisor.name + " = " + hex(*divisor.value), "register " + divisor.name);
        conclude(
            event.verdict,
            where(event) + " divided by " + hex(*divisor.value) + ": the quotient does not fit its register",
            Cause::unknown, 0.8);
    } else {
        conclude(
            event.verdict,
            where(event) + " divided by zero, or the quotient was too large (divisor " + divisor.name + ")",
            Cause::divide_by_zero, 0.75);
    }
}

constexpr Kind kKinds[] = {Kind::divide_error};

}  // namespace

extern const Explainer plugin_explainers_divide;
const Explainer plugin_explainers_divide{"divide", kKinds, explain};

}  // namespace inquest
