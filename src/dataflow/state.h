// What every register and stack slot holds at one place of a function.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dataflow/value.h"

namespace inquest::dataflow {

// A word that the function stored on its stack.
struct Slot {
    std::int64_t offset;  // from the stack pointer at the entry
    std::uint8_t size;    // bytes
    ValueId value;
    bool operator==(const Slot&) const = default;
};

class State {
  public:
    std::array<ValueId, kMostRegisters> registers{};
    bool operator==(const State&) const = default;

    [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }
    // kUnknownValue where nothing of just this size is known.
    [[nodiscard]] ValueId slot(std::int64_t offset, unsigned size) const;
    void store(std::int64_t offset, unsigned size, ValueId value);
    // Forgets what overlaps [from, to).
    void forget(std::int64_t from, std::int64_t to);

  private:
    std::vector<Slot> slots_;  // by offset, none overlaps another
};

}  // namespace inquest::dataflow
