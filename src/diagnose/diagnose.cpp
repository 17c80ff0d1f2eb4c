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

// An object that no type is known of where it was met may be the argument of a function that has one.
void type_by_arguments(Scene& scene) {
    Verdict& verdict = scene.event.verdict;
    if (!verdict.object.type.empty() || !verdict.object.address) return;
    for (std::size_t i = 0; i < scene.frames.frames().size(); ++i) {
        const dataflow::FunctionFlow* flow = scene.frames.frames()[i].flow;
        if (!flow) continue;
        for (const FrameValues::Argument& argument : scene.frames.arguments(i)) {
            const dataflow::ValueType& type = argument.type;
            if (!argument.value || argument.value->value != *verdict.object.address || !type.is_pointer() ||
                type.offset != 0 || argument.value->how == dataflow::Known::memory ||
                flow->types().type(type.id).kind != TypeKind::structure)
                continue;
            // The first member of something larger has the same address.
            if (flow->members().begins_others(type.id)) continue;
            verdict.object.type = flow->types().name_of(type.id);
            if (!verdict.member.offset || !verdict.member.path.empty()) return;
            const auto& members = flow->members().find(type.id, *verdict.member.offset, 0, false);
            if (members.size() == 1) verdict.member.path = members.front().name;
            return;
        }
    }
}

// The trace without the functions that debug files say were inlined: they have no frame of their own.
Backtrace frames_alone(const Backtrace& trace, std::optional<CrashSite>& site) {
    Backtrace alone = trace;
    alone.frames.clear();
    alone.stack.clear();
    std::optional<std::size_t> at;
    for (std::size_t i = 0; i < trace.frames.size() && i < trace.stack.size(); ++i) {
        if (trace.frames[i].inlined) continue;
        if (site && i >= site->frame && !at) at = alone.frames.size();
        alone.frames.push_back(trace.frames[i]);
        alone.stack.push_back(trace.stack[i]);
    }
    if (site && at) site->frame = *at;
    return alone;
}

}  // namespace

void diagnose_crash(CrashEvent& event, const DiagnosisInput& whole) {
    std::optional<CrashSite> site = whole.site;
    const Backtrace alone = frames_alone(whole.trace, site);
    const DiagnosisInput input{whole.session, whole.code, whole.tasks, whole.crashed,
                               alone,         site,       whole.lines};
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
    type_by_arguments(scene);
    if (!scene.access) return;
    name_object(scene);
    add_chain(scene);
}

}  // namespace inquest
