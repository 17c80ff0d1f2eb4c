// A crash that was asked for.
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    const Frame* trigger =
        innermost(event, [](std::string_view function) { return function == "write_sysrq_trigger"; });
    if (trigger) add_evidence(event.verdict, "write_sysrq_trigger", "call trace");
    conclude(event.verdict,
             trigger
                 ? "the crash was asked for: " + describe_task(event.task) + " wrote c to /proc/sysrq-trigger"
                 : "the crash was asked for: a person or a program pressed or sent SysRq-c",
             Cause::deliberate, 0.95);
    event.verdict.next_steps.push_back(
        "find out who did it: shell histories, cluster and watchdog agents (fencing tools use it), the audit "
        "log  # costs nothing");
}

constexpr Kind kKinds[] = {Kind::sysrq_crash};

}  // namespace

extern const Explainer plugin_explainers_sysrq;
const Explainer plugin_explainers_sysrq{"sysrq", kKinds, explain};

}  // namespace inquest
