// The variables of functions out of DWARF: where each is at one instruction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "debuginfo/dwarf_expression.h"

namespace inquest {

class DwarfUnits;

struct LocalVariable {
    std::string name;
    bool parameter = false;
    unsigned number = 0;                    // of a parameter: its place among the function's, from 1
    std::string type;                       // as C writes it, without const and volatile: "struct page *"
    std::uint64_t size = 0;                 // bytes; 0 unknown
    DwarfExpression location;               // at the instruction; empty: the compiler keeps it nowhere there
    std::optional<std::uint64_t> constant;  // it is always this
};

// One function at an instruction: one that was inlined there, or the one that has a symbol.
struct FunctionLocals {
    std::string function;
    bool inlined = false;
    DwarfExpression frame_base;  // of the one that has a symbol
    std::vector<LocalVariable> variables;
};

// What a call hands over in a register: an expression in terms of the caller, before the call.
struct CallArgument {
    std::uint64_t reg = 0;  // DWARF's number
    DwarfExpression value;
};

class DwarfLocals {
  public:
    explicit DwarfLocals(std::shared_ptr<DwarfUnits> units) : units_(std::move(units)) {}

    // The functions at an instruction, innermost first, as DwarfLines::at has them, with their variables in
    // the order of the source. Those that the compiler removed from the function altogether are not there.
    std::vector<FunctionLocals> at(std::uint64_t address);

    // What the call that returns to `back` hands over, as far as the compiler noted it.
    std::vector<CallArgument> call_before(std::uint64_t back);

  private:
    std::shared_ptr<DwarfUnits> units_;
};

}  // namespace inquest
