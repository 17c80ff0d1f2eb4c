// One function: what its registers and stack slots hold at every instruction, and of what type that is.
//
// Found by abstract interpretation over the function's blocks until nothing changes (Kildall 1973). Types
// start from the prototype that BTF has for the function, and flow through moves, loads of members, address
// arithmetic, spills and the results of calls. Where ways meet that disagree, nothing is known.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataflow/environment.h"
#include "dataflow/member_at.h"
#include "dataflow/state.h"

namespace inquest::dataflow {

// Instructions [first, last) that are always run in a row.
struct Block {
    std::uint32_t first = 0, last = 0;
    std::vector<std::uint32_t> successors, predecessors;
    bool reached = false;
    State in, out;
};

// A memory operand that could be named.
struct NamedAccess {
    std::uint32_t instruction = 0;
    MemoryPlace place;
    bool writes = false;
    ValueId base = kUnknownValue;   // of the place: its base register's value
    TypeId structure = 0;           // of the object that is accessed
    std::int64_t offset = 0;        // into it
    std::vector<MemberAt> members;  // one, or the alternatives of a union
    std::string symbol;             // a variable of the CPU's own, or a global one, instead of an object
    std::uint8_t sureness = 0;      // percent
};

class FunctionFlow {
  public:
    [[nodiscard]] std::span<const Lifted> instructions() const { return instructions_; }
    [[nodiscard]] const ValueTable& values() const { return values_; }
    [[nodiscard]] const Types& types() const { return finder_.types(); }
    [[nodiscard]] MemberFinder& members() const { return finder_; }
    [[nodiscard]] std::span<const Block> blocks() const { return blocks_; }
    [[nodiscard]] std::uint64_t start() const { return start_; }
    // The function's own; nullopt when it has none that its use of registers bears out.
    [[nodiscard]] const std::optional<Prototype>& prototype() const { return prototype_; }

    // The place in instructions() of the one at `address`.
    [[nodiscard]] std::optional<std::uint32_t> index_of(std::uint64_t address) const;
    // Before that instruction is run; nullopt where no way that is known leads there.
    [[nodiscard]] std::optional<State> before(std::uint32_t instruction) const;

    // The place in blocks() of the one that holds the instruction.
    [[nodiscard]] std::uint32_t block_of(std::uint32_t instruction) const;
    // Whether every way from the entry to that instruction goes through the block.
    [[nodiscard]] bool always_run_before(std::size_t block, std::uint32_t instruction) const;

    // A bit a register: the code reads what the register held when the function was called. Of a function
    // without a prototype these of the argument registers are its arguments; one that it only hands on is not
    // seen.
    [[nodiscard]] std::uint32_t read_from_entry() const;

    // Every memory operand of reached instructions that has a name, in order of instructions().
    [[nodiscard]] std::vector<NamedAccess> accesses() const;

    // Whom the call at that instruction calls: directly, through a retpoline, or through a pointer of known
    // type. `value` is the pointer's where it is indirect.
    struct CallTarget {
        const Callee* callee = nullptr;
        bool indirect = false;  // nothing in the code says whom
        ValueId value = kUnknownValue;
        std::optional<Prototype> prototype;
    };
    [[nodiscard]] CallTarget call_target(std::uint32_t instruction, const State& state) const;

    // The address that a place means in that state: a value and what is added to it; an index is left out.
    [[nodiscard]] ValueId address_of(const MemoryPlace& place, const State& state) const;

  private:
    friend class FlowBuilder;
    FunctionFlow(MemberFinder& finder, Environment& environment, const CallingConvention& convention)
        : finder_(finder), environment_(environment), convention_(convention) {}

    MemberFinder& finder_;
    Environment& environment_;
    const CallingConvention& convention_;
    std::uint64_t start_ = 0;
    std::vector<Lifted> instructions_;                            // the function's, then its .cold part's
    std::vector<std::pair<std::uint64_t, std::uint32_t>> index_;  // by address
    std::vector<Block> blocks_;
    mutable ValueTable values_;
    std::optional<Prototype> prototype_;
};

}  // namespace inquest::dataflow
