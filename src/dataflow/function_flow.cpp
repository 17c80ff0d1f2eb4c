#include "dataflow/function_flow.h"

#include <algorithm>

#include "dataflow/transfer.h"

namespace inquest::dataflow {

std::optional<std::uint32_t> FunctionFlow::index_of(std::uint64_t address) const {
    auto found =
        std::ranges::lower_bound(index_, address, {}, &std::pair<std::uint64_t, std::uint32_t>::first);
    if (found == index_.end() || found->first != address) return std::nullopt;
    return found->second;
}

std::optional<State> FunctionFlow::before(std::uint32_t instruction) const {
    if (instruction >= instructions_.size()) return std::nullopt;
    const Block& block = blocks_[block_of(instruction)];
    if (!block.reached) return std::nullopt;
    State state = block.in;
    Transfer transfer(*this, values_, environment_, convention_);
    for (std::uint32_t i = block.first; i < instruction; ++i) transfer.run(i, state);
    return state;
}

std::uint32_t FunctionFlow::block_of(std::uint32_t instruction) const {
    auto next = std::ranges::upper_bound(blocks_, instruction, {}, &Block::first);
    return static_cast<std::uint32_t>(next - blocks_.begin() - 1);
}

bool FunctionFlow::always_run_before(std::size_t block, std::uint32_t instruction) const {
    const std::uint32_t goal = block_of(instruction);
    // It is on every way if without it there is none.
    auto reaches = [&](std::size_t left_out) {
        std::vector<bool> seen(blocks_.size());
        std::vector<std::uint32_t> open;
        if (left_out != 0) open.push_back(0);
        while (!open.empty()) {
            const std::uint32_t at = open.back();
            open.pop_back();
            if (seen[at] || at == left_out) continue;
            if (at == goal) return true;
            seen[at] = true;
            open.insert(open.end(), blocks_[at].successors.begin(), blocks_[at].successors.end());
        }
        return false;
    };
    return reaches(blocks_.size()) && !reaches(block);
}

ValueId FunctionFlow::address_of(const MemoryPlace& place, const State& state) const {
    if (place.per_cpu) return kUnknownValue;
    if (place.base == kNoRegister)
        return place.index == kNoRegister ? values_.constant(place.displacement) : kUnknownValue;
    return values_.plus(state.registers[place.base], place.displacement);
}

FunctionFlow::CallTarget FunctionFlow::call_target(std::uint32_t instruction, const State& state) const {
    const Lifted& call = instructions_[instruction];
    CallTarget found;
    RegisterId through = call.target_register;
    if (call.target) {
        found.callee = &environment_.callee(*call.target);
        found.prototype = found.callee->prototype;
        through = found.callee->through;
    }
    found.indirect = through != kNoRegister || !call.target;
    ValueType type;
    if (through != kNoRegister) {
        found.value = state.registers[through];
        type = type_of(values_, found.value);
        if (values_[found.value].kind == Value::Kind::constant) {
            found.callee = &environment_.callee(static_cast<std::uint64_t>(values_[found.value].number));
            found.prototype = found.callee->prototype;
        }
    } else if (!call.target) {
        // call *0x30(%rax): the member's own type.
        for (const Effect& effect : call.effects()) {
            if (effect.kind != Effect::Kind::load || effect.memory.base == kNoRegister) continue;
            const ValueType base = type_of(values_, state.registers[effect.memory.base]);
            const std::int64_t offset = wrapping_sum(base.offset, effect.memory.displacement);
            if (!base.is_pointer() || offset < 0) continue;
            const auto& members = finder_.find(base.id, static_cast<std::uint64_t>(offset), 8,
                                               effect.memory.index != kNoRegister);
            if (members.size() == 1) type = value_of_type(types(), members.front().type, base.sureness);
        }
    }
    if (!found.prototype && type.is_pointer() && type.offset == 0)
        if ((found.prototype = Environment::prototype_of(types(), type.id)))
            found.prototype->sureness = std::min(found.prototype->sureness, type.sureness);
    return found;
}

std::uint32_t FunctionFlow::read_from_entry() const {
    std::uint32_t read = 0;
    Transfer transfer(*this, values_, environment_, convention_);
    for (const Block& block : blocks_) {
        if (!block.reached) continue;
        State state = block.in;
        auto note = [&](RegisterId reg) {
            if (reg == kNoRegister) return;
            const Value& value = values_[state.registers[reg]];
            if (value.kind == Value::Kind::entry) read |= std::uint32_t{1} << value.reg;
        };
        for (std::uint32_t i = block.first; i < block.last; ++i) {
            for (const Effect& effect : instructions_[i].effects()) {
                note(effect.source);
                note(effect.memory.base);
                note(effect.memory.index);
            }
            transfer.run(i, state);
        }
    }
    return read;
}

namespace {

class Namer {
  public:
    Namer(const FunctionFlow& flow, Environment& environment) : flow_(flow), environment_(environment) {}

    std::optional<NamedAccess> name(std::uint32_t instruction, const Effect& effect, const State& state) {
        const MemoryPlace& place = effect.memory;
        NamedAccess access;
        access.instruction = instruction;
        access.place = place;
        access.writes = effect.kind == Effect::Kind::store || effect.writes;
        if (place.base == kNoRegister) return of_variable(std::move(access));
        if (place.per_cpu) return std::nullopt;
        access.base = state.registers[place.base];
        const ValueType type = type_of(flow_.values(), access.base);
        const std::int64_t offset = wrapping_sum(type.offset, place.displacement);
        if (!type.is_pointer() || offset < 0) return std::nullopt;
        const bool indexed = place.index != kNoRegister;
        access.structure = type.id;
        access.offset = offset;
        access.members =
            flow_.members().find(type.id, static_cast<std::uint64_t>(offset), place.size, indexed);
        if (indexed)
            std::erase_if(access.members,
                          [](const MemberAt& member) { return member.path.find("[]") == member.path.npos; });
        if (access.members.empty()) return std::nullopt;
        access.sureness = type.sureness;
        if (access.members.size() > 1) access.sureness = std::min<std::uint8_t>(access.sureness, kAmbiguous);
        return access;
    }

  private:
    static constexpr std::uint8_t kAmbiguous = 60, kVariable = 97;

    std::optional<NamedAccess> of_variable(NamedAccess access) {
        if (access.place.index != kNoRegister && !access.place.per_cpu) return std::nullopt;
        const auto& variable = environment_.variable(static_cast<std::uint64_t>(access.place.displacement),
                                                     access.place.per_cpu);
        if (!variable) return std::nullopt;
        access.symbol = variable->name;
        access.sureness = kVariable;
        if (variable->type) {
            access.structure = flow_.types().resolve(*variable->type);
            access.offset = static_cast<std::int64_t>(variable->offset);
            access.members = flow_.members().find(access.structure, variable->offset, access.place.size,
                                                  access.place.index != kNoRegister);
        }
        return access;
    }

    const FunctionFlow& flow_;
    Environment& environment_;
};

}  // namespace

std::vector<NamedAccess> FunctionFlow::accesses() const {
    std::vector<NamedAccess> found;
    Namer namer(*this, environment_);
    Transfer transfer(*this, values_, environment_, convention_);
    for (const Block& block : blocks_) {
        if (!block.reached) continue;
        State state = block.in;
        for (std::uint32_t i = block.first; i < block.last; ++i) {
            // The address is taken before anything of the instruction happens, but for what a push moves.
            for (const Effect& effect : instructions_[i].effects()) {
                const bool accesses = effect.kind == Effect::Kind::load ||
                                      effect.kind == Effect::Kind::store ||
                                      effect.kind == Effect::Kind::touch;
                if (!accesses || effect.memory.base == convention_.sp) continue;
                if (auto access = namer.name(i, effect, state)) {
                    const bool again = !found.empty() && found.back().instruction == i &&
                                       found.back().place.base == access->place.base &&
                                       found.back().place.displacement == access->place.displacement;
                    if (!again) found.push_back(std::move(*access));
                }
            }
            transfer.run(i, state);
        }
    }
    std::ranges::stable_sort(found, {}, &NamedAccess::instruction);
    return found;
}

}  // namespace inquest::dataflow
