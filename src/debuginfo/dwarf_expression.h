// Evaluating DWARF location expressions (DWARF 5, 2.5 and 2.6): where a variable is, or what it is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace inquest {

// One operation, decoded: its code (DW_OP_...) and operands.
struct DwarfOp {
    std::uint8_t code = 0;
    std::uint64_t number = 0, number2 = 0;
    std::vector<DwarfOp> nested;      // of DW_OP_entry_value
    std::vector<std::uint8_t> bytes;  // of DW_OP_implicit_value
};
using DwarfExpression = std::vector<DwarfOp>;

// What an expression may ask for. Each gives nullopt for what is not known; one that is not set knows
// nothing.
struct DwarfContext {
    std::function<std::optional<std::uint64_t>(std::uint64_t number)> reg;        // by DWARF's number
    std::function<std::optional<std::uint64_t>(std::uint64_t number)> entry_reg;  // when it was entered
    std::function<std::optional<std::uint64_t>(std::uint64_t address, unsigned size)> read;
    std::optional<std::uint64_t> cfa;
    std::span<const DwarfOp> frame_base;  // of the function
    // Where what was linked at that address is loaded.
    std::function<std::optional<std::uint64_t>(std::uint64_t linked)> loaded;
};

// A part of a variable, or the whole.
struct DwarfPiece {
    enum class Kind : std::uint8_t { unknown, value, memory } kind = Kind::unknown;
    std::uint64_t number = 0;           // the value, or the address
    std::vector<std::uint8_t> bytes;    // of a value that no number holds
    std::optional<std::uint64_t> size;  // in bytes; nullopt: the rest of the variable
};

// The pieces of a variable, in order; of one that is whole just one. Every operation that is not modelled
// (branches, calls, typed and TLS operations, ...), every value that is not known and whatever is damaged
// gives a piece of Kind::unknown; no expression takes more than a bounded number of steps. Empty for an empty
// expression: the compiler kept the variable nowhere.
std::vector<DwarfPiece> evaluate(std::span<const DwarfOp> expression, const DwarfContext& context);

// The number that a variable of that many bytes (1 to 8) holds; nullopt when a piece of it is not known.
std::optional<std::uint64_t> number_of(std::span<const DwarfPiece> pieces, std::uint64_t size,
                                       const DwarfContext& context);

// What an expression computes that stands for a value by itself, as that of an argument at a call does: no
// place to read from.
std::optional<std::uint64_t> value_of(std::span<const DwarfOp> expression, const DwarfContext& context);

}  // namespace inquest
