#include "dataflow/transfer.h"

#include <algorithm>
#include <utility>

namespace inquest::dataflow {
namespace {

constexpr std::uint8_t kFromMember = 97, kFromUse = 75;
constexpr unsigned kMostChanges = 8;  // of one value's type, before it is given up
constexpr std::int64_t kSelect = INT64_MIN;
constexpr std::size_t kMostInputs = 8, kMostExposed = 256;
constexpr std::int64_t kFarthest = std::int64_t{1} << 40;  // of a type's start
constexpr std::int64_t kNoPointer = 4096;  // NULL, error codes and small numbers fit any pointer

std::uint8_t less(std::uint8_t a, std::uint8_t b) { return std::min(a, b); }

ValueType unknown() { return {.kind = ValueType::Kind::unknown}; }

bool fits_any(const Value& value) {
    return value.kind == Value::Kind::constant && value.number > -kNoPointer && value.number < kNoPointer;
}

}  // namespace

ValueType type_of(const ValueTable& values, ValueId id) {
    const Value& value = values[id];
    if (value.kind != Value::Kind::offset || value.type.is_known()) return value.type;
    ValueType type = values[value.base].type;
    // Sums with an instruction's displacement stay far from where numbers end.
    const bool near = value.number > -kFarthest && value.number < kFarthest && type.offset > -kFarthest &&
                      type.offset < kFarthest;
    if (!type.is_pointer() || !near) return unknown();
    type.offset += value.number;
    return type;
}

ValueType join(const Types& types, const ValueType& a, const ValueType& b) {
    if (a.kind == ValueType::Kind::none || a == b) return b;
    if (b.kind == ValueType::Kind::none) return a;
    if (a.kind != b.kind || !a.is_known() || a.id != b.id) return unknown();
    ValueType both = a;
    both.sureness = less(a.sureness, b.sureness);
    if (a.offset != b.offset) {
        // Elements of an array, one behind the other.
        const auto size = static_cast<std::int64_t>(types.size_of(a.id));
        if (size <= 0 || (a.offset - b.offset) % size != 0) return unknown();
        both.offset = (a.offset % size + size) % size;
    }
    return both;
}

ValueType value_of_type(const Types& types, TypeId id, std::uint8_t sureness) {
    id = types.resolve(id);
    const Type type = types.type(id);
    if (type.kind != TypeKind::pointer) {
        const bool number = type.kind == TypeKind::integer || type.kind == TypeKind::enumeration ||
                            type.kind == TypeKind::enumeration64;
        return number ? ValueType{ValueType::Kind::scalar, sureness, id, 0} : unknown();
    }
    TypeId target = types.resolve(type.target);
    Type pointee = types.type(target);
    if (pointee.kind == TypeKind::void_type) return unknown();
    if (pointee.kind == TypeKind::forward) {
        auto defined = types.find_struct(pointee.name);
        if (!defined) return unknown();
        target = *defined;
    }
    return {ValueType::Kind::pointer, sureness, target, 0};
}

void Transfer::set_type(ValueId id, ValueType type) {
    Value& value = values_.at(id);
    // What it was used as stands in where nothing else is known.
    if (!type.is_known())
        if (auto used = uses_.find(id); used != uses_.end() && value.type == used->second) return;
    if (value.type == type) return;
    if (++changes_[id] > kMostChanges) type = unknown();
    if (value.type == type) return;
    value.type = type;
    changed_ = true;
}

// The same type among the function's own; another's ids mean nothing here, but names do.
ValueType Transfer::own_type(const Types& types, TypeId type, std::uint8_t sureness) const {
    ValueType value = value_of_type(types, type, sureness);
    if (&types == &flow_.types() || !value.is_known()) return value;
    // A module's BTF goes on where the kernel's ends.
    if (value.id < types.end() && flow_.types().end() > types.end() &&
        flow_.types().type(value.id).name == types.type(value.id).name &&
        flow_.types().size_of(value.id) == types.size_of(value.id))
        return value;
    if (!value.is_pointer()) return unknown();
    auto found = flow_.types().find_struct(types.type(value.id).name);
    if (!found) return unknown();
    value.id = flow_.types().resolve(*found);
    return value;
}

void Transfer::used_as(ValueId id, const Types& types, TypeId type) {
    const Value& value = values_[id];
    switch (value.kind) {
        case Value::Kind::entry:
        case Value::Kind::loaded:
        case Value::Kind::per_cpu:
        case Value::Kind::result:
        case Value::Kind::offset:
            break;
        default:
            return;
    }
    if (type_of(values_, id).is_known() && !uses_.contains(id)) return;
    const ValueType use = own_type(types, type, kFromUse);
    if (!use.is_pointer()) return;
    const TypeKind kind = flow_.types().type(use.id).kind;
    if (kind != TypeKind::structure || flow_.types().size_of(use.id) == 0) return;
    // A pointer to the first member of something larger has the same address.
    if (flow_.members().begins_others(use.id)) return;
    auto [known, is_new] = uses_.try_emplace(id, use);
    if (!is_new && !(known->second == use)) known->second = unknown();
}

bool Transfer::apply_uses() {
    bool applied = false;
    for (const auto& [id, use] : uses_) {
        if (!use.is_known() || type_of(values_, id).is_known()) continue;
        values_.at(id).type = use;
        applied = true;
    }
    changes_.clear();
    return applied;
}

ValueId Transfer::meet(std::uint32_t block, RegisterId reg, std::int64_t slot, std::vector<ValueId> inputs) {
    const ValueId own = values_.merged(block, reg, slot);
    std::erase(inputs, own);  // round a loop, unchanged
    std::ranges::sort(inputs);
    inputs.erase(std::ranges::unique(inputs).begin(), inputs.end());
    ValueId met = own;
    if (inputs.empty() || inputs.front() == kUnknownValue)
        met = kUnknownValue;
    else if (inputs.size() == 1)
        met = inputs.front();
    if (auto [last, is_new] = met_.try_emplace(own, met); !is_new) {
        // From one value to one of several, from there to nothing, and never back: it ends.
        const bool back = last->second == kUnknownValue || (last->second == own && met != kUnknownValue);
        if (hasty_ && met != last->second) met = back ? last->second : met == kUnknownValue ? met : own;
        last->second = met;
    }
    if (met != own) return met;
    ValueType type;
    for (ValueId input : inputs)
        if (!fits_any(values_[input])) type = join(flow_.types(), type, type_of(values_, input));
    if (inputs.size() > kMostInputs) inputs.resize(kMostInputs);
    values_.at(own).inputs = std::move(inputs);
    set_type(own, type);
    return own;
}

ValueType Transfer::content_of_variable(const MemoryPlace& place) {
    const auto& variable =
        environment_.variable(static_cast<std::uint64_t>(place.displacement), place.per_cpu);
    if (!variable || place.index != kNoRegister) return unknown();
    if (variable->pointer_to && variable->offset == 0 && place.size == 8)
        return {ValueType::Kind::pointer, kFromMember, *variable->pointer_to, 0};
    if (!variable->type) return unknown();
    const Types& types = flow_.types();
    const TypeId type = types.resolve(*variable->type);
    if (types.type(type).kind == TypeKind::pointer)
        return variable->offset == 0 ? value_of_type(types, type, kFromMember) : unknown();
    const auto& members = flow_.members().find(type, variable->offset, place.size, false);
    if (members.size() != 1 || members.front().partial) return unknown();
    return value_of_type(types, members.front().type, kFromMember);
}

// What lies at a place, by the type of the object there.
ValueType Transfer::content(const MemoryPlace& place, const State& state) {
    if (place.base == kNoRegister) return content_of_variable(place);
    if (place.per_cpu) return unknown();
    const Value& held = values_[state.registers[place.base]];
    const bool own =
        place.index != kNoRegister && values_[state.registers[place.index]].kind == Value::Kind::per_cpu_base;
    if (own && held.kind == Value::Kind::constant)
        return content_of_variable({.size = place.size,
                                    .per_cpu = true,
                                    .displacement = wrapping_sum(held.number, place.displacement)});
    const ValueType base = type_of(values_, state.registers[place.base]);
    if (!base.is_pointer()) return unknown();
    const Types& types = flow_.types();
    const std::int64_t offset = wrapping_sum(base.offset, place.displacement);
    if (offset < 0) return unknown();
    const TypeKind kind = types.type(base.id).kind;
    const bool indexed = place.index != kNoRegister;
    if (kind != TypeKind::structure && kind != TypeKind::union_type) {
        // An element of an array of numbers or pointers.
        const std::uint64_t each = types.size_of(base.id);
        if (each == 0 || each != place.size || static_cast<std::uint64_t>(offset) % each) return unknown();
        return value_of_type(types, base.id, less(base.sureness, kFromMember));
    }
    const auto& members =
        flow_.members().find(base.id, static_cast<std::uint64_t>(offset), place.size, indexed);
    ValueType type;
    for (const MemberAt& member : members) {
        if (member.partial || member.size != place.size) return unknown();
        if (indexed && member.path.find("[]") == member.path.npos) return unknown();
        type = join(types, type, value_of_type(types, member.type, less(base.sureness, kFromMember)));
    }
    return type.kind == ValueType::Kind::none ? unknown() : type;
}

void Transfer::load(std::uint32_t instruction, const Effect& effect, State& state) {
    if (effect.target == kNoRegister) return;
    const MemoryPlace& place = effect.memory;
    ValueId& target = state.registers[effect.target];
    const ValueId address = flow_.address_of(place, state);
    if (values_[address].kind == Value::Kind::stack && place.index == kNoRegister) {
        if (ValueId known = state.slot(values_[address].number, place.size)) {
            target = known;
            return;
        }
    }
    const ValueType type = content(place, state);
    const bool variable = place.base == kNoRegister && place.per_cpu;
    const ValueId made =
        values_.made(variable ? Value::Kind::per_cpu : Value::Kind::loaded, instruction, effect.target);
    Value& value = values_.at(made);
    value.size = place.size;
    value.indexed = place.index != kNoRegister;
    value.base = place.base == kNoRegister ? kUnknownValue : state.registers[place.base];
    value.number = place.displacement;
    set_type(made, type);
    target = made;
}

void Transfer::store(const Effect& effect, State& state) {
    const ValueId address = flow_.address_of(effect.memory, state);
    const ValueId stored = effect.source != kNoRegister ? state.registers[effect.source]
                           : effect.known               ? values_.constant(effect.value)
                                                        : kUnknownValue;
    if (values_[address].kind == Value::Kind::stack) {
        if (effect.memory.index == kNoRegister)
            state.store(values_[address].number, effect.memory.size, stored);
        return;
    }
    if (effect.memory.size != 8 || stored == kUnknownValue || effect.memory.base == kNoRegister) return;
    const ValueType base = type_of(values_, state.registers[effect.memory.base]);
    const std::int64_t offset = wrapping_sum(base.offset, effect.memory.displacement);
    if (!base.is_pointer() || offset < 0 || effect.memory.index != kNoRegister) return;
    const auto& members = flow_.members().find(base.id, static_cast<std::uint64_t>(offset), 8, false);
    if (members.size() == 1 && !members.front().partial) used_as(stored, flow_.types(), members.front().type);
}

void Transfer::take_address(std::uint32_t instruction, const Effect& effect, State& state) {
    const MemoryPlace& place = effect.memory;
    ValueId& target = state.registers[effect.target];
    if (place.index == kNoRegister) {
        target = flow_.address_of(place, state);
        return;
    }
    // An element of an array: of a pointer's, or of one within a structure.
    const Types& types = flow_.types();
    const ValueType base =
        place.base == kNoRegister ? unknown() : type_of(values_, state.registers[place.base]);
    ValueType type = unknown();
    if (base.is_pointer() && types.size_of(base.id) == place.scale) {
        type = base;
        type.offset = wrapping_sum(type.offset, place.displacement);
    }
    target = values_.made(Value::Kind::computed, instruction, effect.target);
    set_type(target, type);
}

void Transfer::add(std::uint32_t instruction, const Effect& effect, State& state) {
    ValueId& target = state.registers[effect.target];
    if (effect.source != kNoRegister) {
        if (values_[state.registers[effect.source]].kind == Value::Kind::per_cpu_base)
            return add_per_cpu(instruction, effect.target, true, state);
        if (values_[target].kind == Value::Kind::per_cpu_base) {
            target = state.registers[effect.source];
            return add_per_cpu(instruction, effect.target, true, state);
        }
    }
    std::optional<std::int64_t> number;
    if (effect.source == kNoRegister) number = effect.value;
    if (effect.source != kNoRegister && values_[state.registers[effect.source]].kind == Value::Kind::constant)
        number = values_[state.registers[effect.source]].number;
    if (number && effect.width == 8) {
        target = values_.plus(target, *number);
        return;
    }
    if (effect.source != kNoRegister && values_[target].kind == Value::Kind::constant && effect.width == 8) {
        target = values_.plus(state.registers[effect.source], values_[target].number);
        return;
    }
    // Through an array of numbers or pointers it stays what it is.
    ValueType type = type_of(values_, target);
    const TypeKind kind = type.is_pointer() ? flow_.types().type(type.id).kind : TypeKind::void_type;
    if (kind != TypeKind::integer && kind != TypeKind::pointer) type = unknown();
    target = values_.made(Value::Kind::computed, instruction, effect.target);
    set_type(target, type);
}

// x86 keeps it in a per-CPU variable of its own.
bool Transfer::is_per_cpu_base(const MemoryPlace& place) {
    if (!place.per_cpu || place.base != kNoRegister || place.index != kNoRegister) return false;
    const auto& variable = environment_.variable(static_cast<std::uint64_t>(place.displacement), true);
    return variable && variable->name == "this_cpu_off";
}

// The running CPU's own of a per-CPU variable: its place in the area, or a pointer to it, plus the area.
void Transfer::add_per_cpu(std::uint32_t instruction, RegisterId reg, bool is_base, State& state) {
    ValueId& target = state.registers[reg];
    ValueType type = is_base ? type_of(values_, target) : unknown();
    if (is_base && values_[target].kind == Value::Kind::constant) {
        const auto& variable =
            environment_.variable(static_cast<std::uint64_t>(values_[target].number), true);
        if (variable && variable->type)
            type = {ValueType::Kind::pointer, kFromMember, flow_.types().resolve(*variable->type),
                    static_cast<std::int64_t>(variable->offset)};
    }
    if (!type.is_pointer()) type = unknown();
    target = values_.made(Value::Kind::computed, instruction, reg);
    set_type(target, type);
}

void Transfer::change_bits(std::uint32_t instruction, const Effect& effect, State& state) {
    constexpr std::int64_t kTagBits = -16;  // what low bits of an aligned pointer carry is masked off
    ValueId& target = state.registers[effect.target];
    const ValueId source = effect.kind == Effect::Kind::mask ? state.registers[effect.source] : target;
    if (values_[source].kind == Value::Kind::constant) {
        const auto old = static_cast<std::uint64_t>(values_[source].number);
        const auto value = static_cast<std::uint64_t>(effect.value);
        const std::uint64_t changed =
            effect.kind == Effect::Kind::mask
                ? old & value
                : (old & ~(std::uint64_t{0xffff} << effect.shift)) | value << effect.shift;
        target = values_.constant(static_cast<std::int64_t>(changed));
        return;
    }
    const bool untagged = effect.kind == Effect::Kind::mask && effect.value < 0 && effect.value >= kTagBits;
    ValueType type = untagged && effect.width == 8 ? type_of(values_, source) : unknown();
    if (!type.is_pointer()) type = unknown();
    target = values_.made(Value::Kind::computed, instruction, effect.target);
    if (untagged && source != target) {
        values_.at(target).base = source;
        values_.at(target).number = effect.value;
    }
    set_type(target, type);
}

void Transfer::apply(std::uint32_t instruction, const Effect& effect, State& state) {
    switch (effect.kind) {
        case Effect::Kind::copy: {
            const ValueId source = state.registers[effect.source];
            const bool cut = effect.width < 8 && type_of(values_, source).is_pointer();
            state.registers[effect.target] =
                cut ? values_.made(Value::Kind::computed, instruction, effect.target) : source;
            if (cut) set_type(state.registers[effect.target], unknown());
            return;
        }
        case Effect::Kind::constant:
            state.registers[effect.target] = values_.constant(effect.value);
            return;
        case Effect::Kind::address:
            return take_address(instruction, effect, state);
        case Effect::Kind::load:
            return load(instruction, effect, state);
        case Effect::Kind::store:
            return store(effect, state);
        case Effect::Kind::add:
            return add(instruction, effect, state);
        case Effect::Kind::add_loaded:
            return add_per_cpu(instruction, effect.target, is_per_cpu_base(effect.memory), state);
        case Effect::Kind::select:
            state.registers[effect.target] =
                meet(instruction, effect.target, kSelect,
                     {state.registers[effect.target], effect.source == kNoRegister
                                                          ? values_.constant(effect.value)
                                                          : state.registers[effect.source]});
            return;
        case Effect::Kind::insert:
        case Effect::Kind::mask:
            return change_bits(instruction, effect, state);
        case Effect::Kind::current:
            state.registers[effect.target] = values_.current();
            if (auto task = flow_.types().find_struct("task_struct"))
                set_type(values_.current(), {ValueType::Kind::pointer, kFromMember, *task, 0});
            return;
        case Effect::Kind::per_cpu_base:
            state.registers[effect.target] = values_.per_cpu_base();
            return;
        case Effect::Kind::touch:
            if (effect.writes) {
                const Value& place = values_[flow_.address_of(effect.memory, state)];
                if (place.kind == Value::Kind::stack)
                    state.forget(place.number,
                                 wrapping_sum(place.number, std::max<int>(effect.memory.size, 1)));
            }
            return;
        case Effect::Kind::compute:
            state.registers[effect.target] = values_.made(Value::Kind::computed, instruction, effect.target);
            set_type(state.registers[effect.target], unknown());
            return;
    }
}

// A callee may write to what it was given the address of, and to what any callee before was.
void Transfer::lose_slots(const Prototype* prototype, State& state) {
    for (std::size_t i = 0; i < convention_.arguments.size(); ++i) {
        const Value& given = values_[state.registers[convention_.arguments[i]]];
        // What lies in a register of no argument was left there by somebody.
        if (given.kind != Value::Kind::stack || (prototype && i >= prototype->parameters.size())) continue;
        std::int64_t end = 0;
        if (prototype) {
            const ValueType type = value_of_type(*prototype->types, prototype->parameters[i].type, 0);
            const std::uint64_t size = type.is_pointer() ? prototype->types->size_of(type.id) : 0;
            if (size > 1) end = wrapping_sum(given.number, static_cast<std::int64_t>(size));
        }
        auto& exposed_to = exposed_.try_emplace(given.number, end).first->second;
        exposed_to = std::max(exposed_to, end);
    }
    if (exposed_.size() > kMostExposed) {
        std::int64_t end = INT64_MIN;
        for (const auto& [from, to] : exposed_) end = std::max(end, to);
        exposed_ = {{exposed_.begin()->first, end}};
    }
    std::vector<Slot> lost;
    std::int64_t end = INT64_MIN;  // the farthest of the places that begin before the slot's last byte
    auto next = exposed_.begin();
    for (const Slot& slot : state.slots()) {
        for (; next != exposed_.end() && next->first < slot.offset + slot.size; ++next)
            end = std::max(end, next->second);
        // The caller's registers, which the function saved, are nobody's to write.
        const Value& held = values_[slot.value];
        const bool saved = held.kind == Value::Kind::entry && (convention_.preserved >> held.reg & 1);
        if (end > slot.offset && !saved) lost.push_back(slot);
    }
    for (const Slot& slot : lost) state.forget(slot.offset, slot.offset + slot.size);
}

void Transfer::call(std::uint32_t instruction, State& state) {
    const FunctionFlow::CallTarget target = flow_.call_target(instruction, state);
    if (target.callee && target.callee->keeps_registers) return;
    const Prototype* prototype = target.prototype ? &*target.prototype : nullptr;
    if (prototype)
        for (std::size_t i = 0; i < prototype->parameters.size() && i < convention_.arguments.size(); ++i)
            used_as(state.registers[convention_.arguments[i]], *prototype->types,
                    prototype->parameters[i].type);
    lose_slots(prototype, state);
    for (RegisterId reg = 0; reg < convention_.names.size(); ++reg) {
        if (convention_.preserved >> reg & 1) continue;
        const bool result = reg == convention_.result;
        ValueId& held = state.registers[reg];
        held = values_.made(result ? Value::Kind::result : Value::Kind::computed, instruction, reg);
        set_type(held, result && prototype
                           ? own_type(*prototype->types, prototype->result, prototype->sureness)
                           : unknown());
    }
}

void Transfer::run(std::uint32_t instruction, State& state) {
    const Lifted& lifted = flow_.instructions()[instruction];
    for (const Effect& effect : lifted.effects()) apply(instruction, effect, state);
    if (lifted.flow == Flow::call) call(instruction, state);
}

}  // namespace inquest::dataflow
