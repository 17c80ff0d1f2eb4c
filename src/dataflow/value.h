// What registers and stack slots of a function hold, by where it came from.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "arch/lift.h"
#include "debuginfo/types.h"

namespace inquest::dataflow {

// Numbers of the target's code may be anything.
constexpr std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

using ValueId = std::uint32_t;
inline constexpr ValueId kUnknownValue = 0;

// The C type of a value, as far as it is known.
struct ValueType {
    enum class Kind : std::uint8_t {
        none,     // nothing has been seen of it yet
        unknown,  // nothing can be told, or two ways contradict each other
        scalar,   // no pointer: an integer, enum, ...
        pointer,  // it points `offset` bytes behind the start of an object of type `id`
    };
    Kind kind = Kind::none;
    std::uint8_t sureness = 0;  // percent: how sure the type is
    TypeId id = 0;              // without qualifiers and typedefs where it is a pointer's target
    std::int64_t offset = 0;

    [[nodiscard]] bool is_pointer() const { return kind == Kind::pointer; }
    [[nodiscard]] bool is_known() const { return kind >= Kind::scalar; }
    bool operator==(const ValueType&) const = default;
};

struct Value {
    enum class Kind : std::uint8_t {
        unknown,
        entry,         // of register `reg` when the function was called: an argument, or the caller's
        constant,      // `number`
        stack,         // `number` bytes above the stack pointer at the entry
        offset,        // `base` + `number`
        loaded,        // what lay at `base` + `number` (+ something where `indexed`)
        per_cpu,       // what the variable at `number` of the CPU's own area held
        result,        // of the call at instruction `site`
        merged,        // one of `inputs`, by the way that led to block `site`
        computed,      // by instruction `site`: of `base` by clearing low bits (`number` is the mask), where
                       // there is one, else in a way that is not followed
        current,       // the running task
        per_cpu_base,  // where the CPU's own area is
    };
    Kind kind = Kind::unknown;
    RegisterId reg = kNoRegister;
    std::uint8_t size = 8;  // bytes that were loaded
    bool indexed = false;
    std::uint32_t site = 0;
    ValueId base = kUnknownValue;
    std::int64_t number = 0;
    ValueType type;
    std::vector<ValueId> inputs;
};

// All values of one function. The same question gets the same value, however often a loop is gone through.
class ValueTable {
  public:
    ValueTable() { values_.emplace_back().type.kind = ValueType::Kind::unknown; }

    const Value& operator[](ValueId id) const { return values_[id]; }
    Value& at(ValueId id) { return values_[id]; }
    [[nodiscard]] std::size_t size() const { return values_.size(); }

    // kUnknownValue where the function never looked at it.
    [[nodiscard]] ValueId find_entry(RegisterId reg) const {
        auto found = known_.find({Value::Kind::entry, 0, reg, 0, 0});
        return found == known_.end() ? kUnknownValue : found->second;
    }
    ValueId entry(RegisterId reg) { return intern({Value::Kind::entry, 0, reg, 0, 0}); }
    ValueId constant(std::int64_t number) { return intern({Value::Kind::constant, 0, 0, 0, number}); }
    ValueId stack(std::int64_t offset) { return intern({Value::Kind::stack, 0, 0, 0, offset}); }
    ValueId current() { return intern({Value::Kind::current, 0, 0, 0, 0}); }
    ValueId per_cpu_base() { return intern({Value::Kind::per_cpu_base, 0, 0, 0, 0}); }
    // By the instruction that made it; `reg` where it makes several.
    ValueId made(Value::Kind kind, std::uint32_t site, RegisterId reg) {
        return intern({kind, site, reg, 0, 0});
    }
    // `slot`: of the stack, told apart from registers.
    ValueId merged(std::uint32_t block, RegisterId reg, std::int64_t slot) {
        return intern({Value::Kind::merged, block, reg, 0, slot});
    }
    // base + number, constants and stack places folded.
    ValueId plus(ValueId base, std::int64_t number);

  private:
    using Key = std::tuple<Value::Kind, std::uint32_t, RegisterId, ValueId, std::int64_t>;
    ValueId intern(const Key& key);

    std::vector<Value> values_;
    std::map<Key, ValueId> known_;
};

}  // namespace inquest::dataflow
