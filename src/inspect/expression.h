// The expressions of `p`: as much of C as looking into memory takes.
//
//   jiffies_64                       a global whose type is known
//   (struct list_head)modules        any other: the cast says what type the variable has
//   (struct task_struct *)0xffff...  a number as a pointer; -> and * follow it
//   init_task.tasks.next, ->, [3], *pointer, &place
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "inspect/types.h"
#include "inspect/value.h"

namespace inquest {

// What an expression is looked up in.
struct ExpressionScope {
    const ValueSource& source;
    TypeLookup types;
    // The address of a symbol, or an error that says why there is none.
    std::function<Result<std::uint64_t>(std::string_view name)> symbol;
    // The type of a global, nullopt when nobody knows it.
    std::function<std::optional<TypeRef>(std::string_view name)> type_of;
};

// What an expression means: a place in memory with its type, or a mere value (a cast number, an address) of
// that type, or an address nobody gave a type.
struct Meaning {
    std::optional<TypeRef> type;
    std::uint64_t address = 0;  // of a place; the number itself when there is no type
    std::uint32_t bit_offset = 0, bit_size = 0;
    std::optional<std::uint64_t> value;  // a value without a place
    std::string symbol;                  // the symbol that it begins with, for messages

    [[nodiscard]] ValuePlace place() const { return {*type, address, bit_offset, bit_size}; }
};

// The error is for the person who typed it.
Result<Meaning> evaluate(const ExpressionScope& scope, std::string_view text);

}  // namespace inquest
