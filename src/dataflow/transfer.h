// What one instruction does to a state.
#pragma once

#include <map>

#include "dataflow/function_flow.h"

namespace inquest::dataflow {

// The type of a value, that of an address in an object derived from the object's.
ValueType type_of(const ValueTable& values, ValueId id);

// Of a value that is one or the other.
ValueType join(const Types& types, const ValueType& a, const ValueType& b);

// A value of C type `id`. A pointer's target is given without qualifiers, a declared structure by its
// definition.
ValueType value_of_type(const Types& types, TypeId id, std::uint8_t sureness);

class Transfer {
  public:
    Transfer(const FunctionFlow& flow, ValueTable& values, Environment& environment,
             const CallingConvention& convention)
        : flow_(flow), values_(values), environment_(environment), convention_(convention) {}

    void run(std::uint32_t instruction, State& state);
    // What a register or slot holds where these ways meet.
    ValueId meet(std::uint32_t block, RegisterId reg, std::int64_t slot, std::vector<ValueId> inputs);

    // Whether a value's type has changed since it was last asked.
    bool take_changed() { return std::exchange(changed_, false); }

    // From now on what was given up stays so: states that lead to each other round loops would never settle.
    void hurry() { hasty_ = true; }

    // Types that values without one were used as: given to a parameter, stored in a member. Applied, they
    // hold from the next run on. False when there is nothing new.
    bool apply_uses();

  private:
    void apply(std::uint32_t instruction, const Effect& effect, State& state);
    void load(std::uint32_t instruction, const Effect& effect, State& state);
    void store(const Effect& effect, State& state);
    void add(std::uint32_t instruction, const Effect& effect, State& state);
    void take_address(std::uint32_t instruction, const Effect& effect, State& state);
    bool is_per_cpu_base(const MemoryPlace& place);
    void add_per_cpu(std::uint32_t instruction, RegisterId reg, bool is_base, State& state);
    void change_bits(std::uint32_t instruction, const Effect& effect, State& state);
    void call(std::uint32_t instruction, State& state);
    void lose_slots(const Prototype* prototype, State& state);
    [[nodiscard]] ValueType content(const MemoryPlace& place, const State& state);
    [[nodiscard]] ValueType content_of_variable(const MemoryPlace& place);
    void set_type(ValueId value, ValueType type);
    void used_as(ValueId value, const Types& types, TypeId type);
    [[nodiscard]] ValueType own_type(const Types& types, TypeId type, std::uint8_t sureness) const;

    const FunctionFlow& flow_;
    ValueTable& values_;
    Environment& environment_;
    const CallingConvention& convention_;
    bool changed_ = false, hasty_ = false;
    std::map<ValueId, ValueId> met_;  // what the ways met in, by the value that stands for one of several
    std::map<ValueId, ValueType> uses_;
    std::map<ValueId, unsigned> changes_;
    std::map<std::int64_t, std::int64_t> exposed_;  // places of the stack whose address went out, [from, to)
};

}  // namespace inquest::dataflow
