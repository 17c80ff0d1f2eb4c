#include "reason/explain.h"

#include <algorithm>

#include "reason/machine_code.h"
#include "reason/scene.h"
#include "reason/suspect.h"

namespace inquest {
namespace {

// More than this is not claimed of an event that is cut or mixed with another.
constexpr Confidence kMostWhenCorrupted = 0.6;

const Explainer* explainer_for(Kind kind) {
    for (const Explainer* explainer : all_explainers())
        if (std::ranges::find(explainer->kinds, kind) != explainer->kinds.end()) return explainer;
    return nullptr;
}

}  // namespace

void explain(CrashEvent& event) {
    event.verdict = {};
    Scene scene{.event = event, .arch = arch_of(event)};
    if (scene.arch) scene.fault = decode_fault(event, *scene.arch);
    read_machine_code(scene);
    describe_instruction(scene);
    if (scene.fault && scene.fault->access != Access::unknown) event.access = scene.fault->access;
    if (const Explainer* explainer = explainer_for(event.kind)) explainer->explain(scene);
    name_suspect(event);
    if (event.corrupted) event.verdict.confidence = std::min(event.verdict.confidence, kMostWhenCorrupted);
}

void examine(Report& report) {
    for (const Examiner* examiner : all_examiners()) examiner->examine(report);
}

}  // namespace inquest
