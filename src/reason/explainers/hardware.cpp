// What the hardware itself reported.
#include "base/text.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    if (scene.fault && !scene.fault->text.empty())
        add_evidence(event.verdict, scene.fault->text, "error code " + event.error_code);
    bool bus = says(event, "xternal abort") || says(event, "SError") || says(event, "us error") ||
               says(event, "synchronous") || (scene.fault && scene.fault->external);
    if (event.kind == Kind::external_abort && !bus) {
        conclude(event.verdict,
                 "the processor refused an access of " + where(event) +
                     (event.fault_address ? " to " + hex(*event.fault_address) : ""),
                 Cause::unknown, 0.6);
        return;
    }
    if (event.kind == Kind::external_abort) {
        conclude(
            event.verdict,
            "the bus or a device answered an access of " + where(event) +
                " with an error: a device that is powered off or absent, a wrong address, or failing memory",
            Cause::unknown, 0.7);
        event.verdict.next_steps.push_back(
            "see whether the address belongs to a device: cat /proc/iomem  # costs nothing; a driver that "
            "touches a device without its clock or power gives the same");
        return;
    }
    constexpr int kMostShown = 4;
    int shown = 0;
    for (const auto& fact : event.facts)
        if (fact.name == "hardware-error" && ++shown <= kMostShown)
            add_evidence(event.verdict, fact.value, log_line(fact.line));
    bool corrected = says(event, "orrected") && !says(event, "ncorrected");
    bool timeout = says(event, "imeout") || says(event, "No human readable MCE");
    if (event.kind == Kind::machine_check)
        conclude(event.verdict,
                 timeout ? "the processor reported a machine check that stopped the machine"
                         : "the processor reported a hardware error (machine check)",
                 Cause::hardware, 0.85);
    else
        conclude(event.verdict,
                 corrected ? "the hardware corrected an error; one is harmless, many announce a failure"
                           : "the hardware or its firmware reported an error",
                 Cause::hardware, corrected ? 0.9 : 0.85);
    event.verdict.next_steps.push_back(
        "ras-mc-ctl --errors; ipmitool sel list  # which part, and how often; costs nothing");
}

constexpr Kind kKinds[] = {Kind::machine_check, Kind::hardware_error, Kind::external_abort};

}  // namespace

extern const Explainer plugin_explainers_hardware;
const Explainer plugin_explainers_hardware{"hardware", kKinds, explain};

}  // namespace inquest
