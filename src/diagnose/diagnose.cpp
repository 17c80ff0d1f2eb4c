#include "diagnose/diagnose.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "diagnose/arguments.h"
#include "diagnose/listing.h"
#include "diagnose/scene.h"
#include "model/symbol.h"

namespace inquest {
namespace {

using namespace diagnose;
using dataflow::FrameValues;

void add_chain(Scene& scene) {
    Verdict& verdict = scene.event.verdict;
    for (const OriginStep& step : scene.origin.steps) {
        std::string text = describe(step);
        if (const std::string place = place_of(scene, step); !place.empty()) text += ", at " + place;
        if (&step == &scene.origin.steps.front() && !scene.access->reg.empty()) {
            std::string start = scene.access->reg;
            if (scene.access->pointer_value) start += " = " + hex(*scene.access->pointer_value);
            text = start + ": " + text;
        }
        if (step.value && step.kind == OriginStep::Kind::argument && step.value->value < 4096)
            text += step.value->value ? ", is " + hex(step.value->value) : ", is NULL";
        const std::string function = function_of(scene, step.frame);
        const std::string source = function.empty() ? "stack" : "frame of " + function;
        verdict.evidence.push_back({std::move(text), source});
    }
}

// What only the types say of the access, whatever the cause is.
void name_object(Scene& scene) {
    Verdict& verdict = scene.event.verdict;
    const BadAccess& access = *scene.access;
    if (verdict.object.type.empty()) verdict.object.type = access.type;
    if (verdict.member.path.empty()) verdict.member.path = access.member;
    if (!verdict.member.offset) verdict.member.offset = access.offset;
    if (!verdict.object.address) verdict.object.address = access.pointer_value;
}

}  // namespace

void diagnose_crash(CrashEvent& event, const DiagnosisInput& input) {
    const Arch& arch = input.session.arch();
    if (!arch.lift || !arch.convention || input.trace.stack.empty()) return;
    dataflow::DataFlow flows(input.session, input.code);
    const auto first = dataflow::registers_of(
        *arch.convention, input.site ? input.site->registers : input.trace.first_registers);
    FrameValues frames(flows, input.trace.stack, first, input.site ? input.site->frame : 0);
    Identifier identifier(input.session, input.code, input.tasks);
    Scene scene{.event = event,
                .input = input,
                .flows = flows,
                .frames = frames,
                .identifier = identifier,
                .access = std::nullopt,
                .origin = {},
                .first = 0};
    // A timer may have interrupted panic() while it waited for other CPUs.
    if (!input.site)
        for (std::size_t i = 0; i < frames.frames().size(); ++i)
            if (const std::string name = function_of(scene, i); name == "panic" || name == "vpanic")
                scene.first = i;
    find_access(scene);
    add_arguments(event, input, frames, flows, identifier);
    if (input.site) add_listings(event, input, frames, flows.environment());
    for (const Judge* judge : all_judges())
        if (judge->judge(scene)) break;
    if (!scene.access) return;
    name_object(scene);
    add_chain(scene);
}

}  // namespace inquest
