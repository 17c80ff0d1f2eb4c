// The access that faulted.
#include <algorithm>

#include "arch/lift.h"
#include "dataflow/transfer.h"
#include "diagnose/scene.h"

namespace inquest::diagnose {
namespace {

using namespace dataflow;

std::optional<std::uint64_t> effective(const ActiveFrame& frame, const MemoryPlace& place) {
    if (place.per_cpu) return std::nullopt;
    auto address = static_cast<std::uint64_t>(place.displacement);
    if (place.base != kNoRegister) {
        if (!frame.registers[place.base]) return std::nullopt;
        address += *frame.registers[place.base];
    }
    if (place.index != kNoRegister) {
        if (!frame.registers[place.index] || place.index_width != 8) return std::nullopt;
        address += *frame.registers[place.index] * place.scale;
    }
    return address;
}

void name_object(const ActiveFrame& frame, BadAccess& access) {
    const FunctionFlow& flow = *frame.flow;
    const ValueType type = type_of(flow.values(), access.pointer);
    const std::int64_t offset = wrapping_sum(type.is_pointer() ? type.offset : 0, access.place.displacement);
    if (access.place.index == kNoRegister && offset >= 0) access.offset = static_cast<std::uint64_t>(offset);
    if (!type.is_pointer() || offset < 0) return;
    const TypeKind kind = flow.types().type(type.id).kind;
    if (kind != TypeKind::structure && kind != TypeKind::union_type) return;
    access.type = flow.types().name_of(type.id);
    const auto& members = flow.members().find(type.id, static_cast<std::uint64_t>(offset), access.place.size,
                                              access.place.index != kNoRegister);
    std::string names;
    for (std::size_t i = 0; i < members.size() && i < 3; ++i) names += (i ? "|" : "") + members[i].name;
    access.member = names;
}

// Of the instruction's accesses the one at the address that the kernel reports, else the only one.
std::optional<BadAccess> access_of(const Scene& scene, std::size_t at) {
    const ActiveFrame& frame = scene.frames.frames()[at];
    const auto& names = scene.input.session.arch().convention->names;
    const Lifted& instruction = frame.flow->instructions()[frame.instruction];
    // The kernel's word of the address is a guess now and then ("maybe for address"): the registers are none.
    const Effect* found = nullptr;
    for (const Effect& effect : instruction.effects()) {
        const bool accesses = effect.kind == Effect::Kind::load || effect.kind == Effect::Kind::store ||
                              effect.kind == Effect::Kind::touch || effect.kind == Effect::Kind::add_loaded;
        if (!accesses || effect.memory.base == kNoRegister) continue;
        auto address = effective(frame, effect.memory);
        const auto& reported = scene.event.fault_address;
        if (address && reported && *reported - *address < std::max<std::uint64_t>(effect.memory.size, 1)) {
            found = &effect;
            break;
        }
        if (!found) found = &effect;
    }
    if (!found) return std::nullopt;
    BadAccess access;
    access.frame = at;
    access.instruction = frame.instruction;
    access.place = found->memory;
    RegisterId blamed = found->memory.base;
    // With an index of single bytes either may be the pointer.
    if (found->memory.index != kNoRegister && found->memory.scale == 1 &&
        type_of(frame.flow->values(), frame.state.registers[found->memory.index]).is_pointer())
        blamed = found->memory.index;
    access.pointer = frame.state.registers[blamed];
    access.pointer_value = frame.registers[blamed];
    access.reg = names[blamed];
    name_object(frame, access);
    return access;
}

// Where the CPU went off: the call of the function that the innermost known frame is in.
std::optional<BadAccess> jump_of(const Scene& scene, std::size_t at, std::uint64_t target) {
    const ActiveFrame& frame = scene.frames.frames()[at];
    const Lifted& call = frame.flow->instructions()[frame.instruction];
    if (call.flow != Flow::call) return std::nullopt;
    const auto& names = scene.input.session.arch().convention->names;
    const auto called = frame.flow->call_target(frame.instruction, frame.state);
    BadAccess access;
    access.frame = at;
    access.instruction = frame.instruction;
    access.jump = true;
    access.pointer_value = target;
    RegisterId through = call.target_register;
    if (called.callee && called.callee->through != kNoRegister) through = called.callee->through;
    if (through != kNoRegister) {
        access.reg = names[through];
        access.pointer = frame.state.registers[through];
        // The pointer was loaded from a member: that is what was not set.
        const Value& value = frame.flow->values()[access.pointer];
        if (value.kind == Value::Kind::loaded && value.base != kUnknownValue) {
            BadAccess member = access;
            member.pointer = value.base;
            member.place = {.size = value.size, .displacement = value.number};
            name_object(frame, member);
            access.type = member.type;
            access.member = member.member;
            if (!value.indexed) access.offset = member.offset;
        }
        return access;
    }
    for (const Effect& effect : call.effects()) {
        if (effect.kind != Effect::Kind::load) continue;
        access.place = effect.memory;
        if (effect.memory.base == kNoRegister) return access;
        access.pointer = frame.state.registers[effect.memory.base];
        name_object(frame, access);
        return access;
    }
    return std::nullopt;
}

// The object that a pointer was loaded from, where the loading function does not know its type but one that
// it called with the same address does.
void name_by_arguments(const Scene& scene, OriginStep& step) {
    if (step.kind != OriginStep::Kind::loaded || !step.type.empty() || !step.object || !step.offset_known)
        return;
    for (std::size_t i = 0; i <= step.frame; ++i) {
        const FunctionFlow* flow = scene.frames.frames()[i].flow;
        if (!flow) continue;
        for (const FrameValues::Argument& argument : scene.frames.arguments(i)) {
            if (!argument.value || argument.value->value != *step.object || !argument.type.is_pointer())
                continue;
            const std::int64_t offset = wrapping_sum(step.offset, argument.type.offset);
            if (offset < 0 || flow->types().type(argument.type.id).kind != TypeKind::structure) continue;
            const auto& members = flow->members().find(argument.type.id, static_cast<std::uint64_t>(offset),
                                                       sizeof(std::uint64_t), false);
            if (members.empty()) continue;
            step.type = flow->types().name_of(argument.type.id);
            step.member = members.front().name;
            step.offset = offset;
            return;
        }
    }
}

}  // namespace

CodeRef jumped_from(const Scene& scene) {
    return scene.input.code.describe(scene.frames.frames()[scene.access->frame].flow->start(), true);
}

void find_access(Scene& scene) {
    const auto& frames = scene.frames.frames();
    if (frames.empty()) return;
    if (frames.front().has_state && scene.input.site) {
        scene.access = access_of(scene, 0);
    } else if (!frames.front().flow && frames.size() > 1 && frames[1].has_state && scene.input.site) {
        const auto ip = frames.front().ip;
        if (!scene.input.code.is_text(ip)) scene.access = jump_of(scene, 1, ip);
    }
    if (!scene.access) return;
    scene.origin =
        origin_of(scene.frames, scene.flows.environment(), scene.access->frame, scene.access->pointer);
    if (scene.origin.steps.empty()) return;
    OriginStep& last = scene.origin.steps.back();
    name_by_arguments(scene, last);
    // Of a jump that which held the pointer is what is wrong.
    if (!scene.access->jump || last.kind != OriginStep::Kind::loaded || last.on_stack) return;
    if (scene.access->type.empty() && !last.type.empty() && last.offset >= 0) {
        scene.access->type = last.type;
        scene.access->member = last.member;
        scene.access->offset = static_cast<std::uint64_t>(last.offset);
        scene.event.verdict.object.address = last.object;
    }
}

}  // namespace inquest::diagnose
