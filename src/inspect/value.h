// Values of the kernel's memory by their types, for people and for programs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/json.h"
#include "debuginfo/types.h"
#include "dump/memory.h"
#include "kernel/walks.h"

namespace inquest {

// What values are shown from.
struct ValueSource {
    std::function<ReadOutcome(std::uint64_t address, std::span<std::uint8_t> out)> read;
    // "jiffies+0x8 [module]"; "" when the address belongs to no symbol.
    std::function<std::string(std::uint64_t address)> symbol;

    // The 8 bytes at `address`, nullopt when they are not in the dump.
    [[nodiscard]] std::optional<std::uint64_t> word(std::uint64_t address) const;
    // The same as a function, which must not outlive this source.
    [[nodiscard]] ReadWord words() const {
        return [this](std::uint64_t address) { return word(address); };
    }
};

// A type as a person names it: BTF has no "struct page *" where no member is one, and no "char [128]".
struct TypeRef {
    const Types* types = nullptr;
    TypeId id = 0;
    unsigned stars = 0;                     // pointers around it
    std::optional<std::uint64_t> elements;  // an array of so many of them

    [[nodiscard]] bool valid() const { return types != nullptr; }
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] std::string name() const;
    // What a pointer of this type points to, what an array holds; nullopt for any other type.
    [[nodiscard]] std::optional<TypeRef> target() const;
    [[nodiscard]] bool is_pointer() const;
    [[nodiscard]] bool is_aggregate() const;  // a struct or union
};

struct ValuePlace {
    TypeRef type;
    std::uint64_t address = 0;
    std::uint32_t bit_offset = 0, bit_size = 0;  // of a bit-field
};

// A value, as C would write an initialiser:
//   integers in decimal; pointers with the symbol they point to, and the text where they point to char;
//   enums by name; char arrays as escaped text; arrays cut at 16 elements, with their number.
// What is not in the dump stands as "(filtered)", "(unmapped)" or "(torn)" and is counted, never as zero.
struct ValueText {
    std::string text;
    Json json;  // structs as objects, arrays as {"count", "elements"}, pointers as {"address", "symbol"},
                // enums as {"value", "name"}, char arrays up to their NUL, what is missing as {"missing":
                // "filtered"}
    std::size_t missing = 0;
};
ValueText show_value(const ValueSource& source, const ValuePlace& place, bool hexadecimal = false,
                     unsigned indent = 0);

// The value of an integer, enum, pointer or bit-field, sign-extended; nullopt when it has another type or is
// not in the dump.
std::optional<std::uint64_t> scalar_value(const ValueSource& source, const ValuePlace& place);

}  // namespace inquest
