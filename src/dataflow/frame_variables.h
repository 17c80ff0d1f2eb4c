// What the variables of the functions of a trace hold, by the debug files' DWARF.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataflow/frame_values.h"
#include "kernel/source_lines.h"

namespace inquest::dataflow {

struct VariableValue {
    LocalVariable variable;
    std::optional<std::uint64_t> number;   // what it holds, where it has 1 to 8 bytes
    std::optional<std::uint64_t> address;  // where it is, when it is whole in memory
    // It rests on registers that only data flow knows, so that it says nothing of data flow's own findings.
    bool by_data_flow = false;
};

struct FunctionVariables {
    std::string function;
    bool inlined = false;
    std::vector<VariableValue> variables;
};

class FrameVariables {
  public:
    // All must outlive it.
    FrameVariables(const FrameValues& frames, SourceLines& lines, Environment& environment)
        : frames_(frames), lines_(lines), environment_(environment) {}

    // Those that were inlined at the frame's instruction, innermost first, then the function itself; empty
    // when no debug file tells.
    [[nodiscard]] std::vector<FunctionVariables> of(std::size_t frame) const;

    // What a register held when the frame's function was called, as DWARF notes it at the call. Nothing of it
    // comes from following the code.
    [[nodiscard]] std::optional<std::uint64_t> handed_over(std::size_t frame, RegisterId reg) const;

    [[nodiscard]] Environment& environment() const { return environment_; }

  private:
    struct Reading;  // one expression, on the way
    [[nodiscard]] DwarfContext context(std::size_t frame, Reading& reading) const;
    [[nodiscard]] std::optional<std::uint64_t> noted_at_call(std::size_t frame, RegisterId reg,
                                                             Reading& reading) const;
    [[nodiscard]] VariableValue value_of(std::size_t frame, LocalVariable variable,
                                         std::span<const DwarfOp> frame_base) const;

    const FrameValues& frames_;
    SourceLines& lines_;
    Environment& environment_;
};

// The register that DWARF has under a number; kNoRegister for one that data flow does not follow.
RegisterId register_of_dwarf(const CallingConvention& convention, std::uint64_t number);

}  // namespace inquest::dataflow
