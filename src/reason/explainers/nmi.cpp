// A non-maskable interrupt that no handler knew, and that the settings made a panic of.
#include "base/text.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    const bool panic = !event.fact("panic").empty();
    conclude(event.verdict,
             std::string("a non-maskable interrupt came that nothing in the kernel had asked for") +
                 (panic ? ", and the kernel was set to panic then" : "") +
                 ": the NMI button or a command of the BMC, a watchdog timer, or the hardware",
             Cause::unknown, 0.7);
    event.verdict.next_steps.push_back(
        "ipmitool sel list  # whether the BMC sent it, or saw an error of the hardware; costs nothing");
    event.verdict.next_steps.push_back(
        "sysctl kernel.unknown_nmi_panic kernel.panic_on_unrecovered_nmi kernel.panic_on_io_nmi  # which "
        "setting made "
        "it a panic; costs nothing");
}

constexpr Kind kKinds[] = {Kind::nmi};

}  // namespace

extern const Explainer plugin_explainers_nmi;
const Explainer plugin_explainers_nmi{"nmi", kKinds, explain};

}  // namespace inquest
