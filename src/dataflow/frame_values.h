// The values that the functions of a call trace held, worked out from what their frames still hold.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dataflow/data_flow.h"
#include "kernel/backtrace.h"

namespace inquest::dataflow {

// By RegisterId; nullopt: not known.
using RegisterValues = std::array<std::optional<std::uint64_t>, kMostRegisters>;
// Of the words of a struct pt_regs.
RegisterValues registers_of(const CallingConvention& convention, std::span<const std::uint64_t> pt_regs);

// How a value is known.
enum class Known : std::uint8_t {
    held,      // a register or a slot of the stack still had it at that moment
    constant,  // the code itself says it
    memory,    // read from where the code had loaded it from: it may have changed since
};

struct FoundValue {
    std::uint64_t value = 0;
    Known how = Known::held;
    std::uint8_t sureness = 0;  // percent
};

// One function of the trace, at the instruction that faulted or at its call of the next inner one.
struct ActiveFrame {
    // In the stack that was given; nullopt for the caller of a leaf function, which arm64's chain of frame
    // records leaves out.
    std::optional<std::size_t> position;
    std::uint64_t ip = 0;  // as StackFrame has it
    bool exact = false;
    const FunctionFlow* flow = nullptr;  // nullptr: nothing is known of its code
    std::uint32_t instruction = 0;       // of flow->instructions()
    State state;                         // before it
    bool has_state = false;              // data flow reaches the instruction
    bool calls_next = false;             // the frame before (inner) is what this one's instruction calls
    bool interrupted = false;            // an exception or interrupt came between it and the inner frame
    RegisterValues registers{};
    std::optional<std::uint64_t> entry_sp;  // the stack pointer when it was entered
    std::unordered_map<ValueId, std::uint64_t> held;
};

class FrameValues {
  public:
    // `first` are the registers of the innermost frame, by RegisterId. All must outlive it.
    FrameValues(DataFlow& flows, const std::vector<StackFrame>& stack, const RegisterValues& first,
                std::size_t from = 0);

    [[nodiscard]] const std::vector<ActiveFrame>& frames() const { return frames_; }

    // What `value` of that frame's function was; nullopt when nothing tells.
    [[nodiscard]] std::optional<FoundValue> find(std::size_t frame, ValueId value) const;

    // Which value of the caller's, of frames()[frame + 1], the function of the frame was called with in that
    // register; nullopt when the code does not tell.
    [[nodiscard]] std::optional<ValueId> given(std::size_t frame, RegisterId reg) const;

    // What the function of the frame was called with: as many as its prototype has; without one those that
    // its code reads.
    struct Argument {
        std::size_t number = 0;  // from 1
        std::string_view name;   // "" unknown
        ValueType type;
        std::optional<FoundValue> value;
    };
    [[nodiscard]] std::vector<Argument> arguments(std::size_t frame) const;
    // What argument `number` (from 1) was, whether the function has a prototype or not.
    [[nodiscard]] std::optional<FoundValue> argument(std::size_t frame, std::size_t number) const;

  private:
    void open(ActiveFrame& frame, const StackFrame& walked);
    void hold(ActiveFrame& frame, ValueId value, std::uint64_t number) const;
    void read_slots(ActiveFrame& frame) const;
    void leave(const ActiveFrame& inner, ActiveFrame& outer) const;
    [[nodiscard]] std::optional<StackFrame> left_out(const ActiveFrame& leaf, const StackFrame* next) const;
    [[nodiscard]] std::optional<FoundValue> find(std::size_t frame, ValueId value, int depth) const;
    [[nodiscard]] std::optional<FoundValue> from_caller(std::size_t frame, RegisterId reg, int depth) const;
    [[nodiscard]] std::optional<RegisterId> through_jump(const FunctionFlow& called, const FunctionFlow& runs,
                                                         RegisterId reg) const;
    [[nodiscard]] bool is_entry_code(std::uint64_t address) const;
    [[nodiscard]] std::optional<FoundValue> read(std::size_t frame, const Value& value, int depth) const;

    DataFlow& flows_;
    std::vector<ActiveFrame> frames_;
};

}  // namespace inquest::dataflow
