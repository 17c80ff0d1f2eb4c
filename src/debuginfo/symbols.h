// Names of addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "debuginfo/name_index.h"

namespace inquest {

struct Symbol {
    std::uint64_t address;
    std::uint64_t size;  // up to the next symbol: what kallsyms itself prints
    std::string_view name;
    char type;                // as in /proc/kallsyms; lies now and then (7.2: "T init_task")
    std::string_view module;  // "" for the kernel itself
};

// Symbols of the kernel and its modules. Filled once, then sealed, then read.
class SymbolTable {
  public:
    // Keeps a copy of the names. `order` is the place in the kernel's own table: among several names of one
    // address the kernel prints the first.
    void add(std::uint64_t address, char type, std::string_view name, std::string_view module = {});

    // A symbol that an address is never named by, such as a mapping symbol; found by its name only.
    void add_name(std::uint64_t address, char type, std::string_view name, std::string_view module = {});

    // Room for that many more, which saves copying.
    void reserve(std::size_t count, std::size_t name_bytes);

    // Whether a symbol of that name was added, told by looking at every one; before it is sealed.
    [[nodiscard]] bool was_added(std::string_view name) const;

    // Sorts. No add after it, no look-up before it.
    void seal();

    // The symbol that holds the address, as the kernel's %pS would choose it.
    [[nodiscard]] std::optional<Symbol> at(std::uint64_t address) const;

    // Every symbol of that name; 5,203 names of 6.1 are not unique.
    [[nodiscard]] std::vector<Symbol> named(std::string_view name) const;

    // The address of the only (or first) symbol of that name.
    [[nodiscard]] std::optional<std::uint64_t> address_of(std::string_view name) const;

    [[nodiscard]] std::size_t size() const { return addressed_; }
    [[nodiscard]] Symbol operator[](std::size_t index) const { return symbol(index); }  // in order of address

  private:
    struct Entry {
        std::uint64_t address;
        std::uint32_t name, name_length;  // in names_
        std::uint16_t module;
        char type;
        std::uint32_t order;
    };
    [[nodiscard]] Symbol symbol(std::size_t index) const;
    std::uint16_t index_of_module(std::string_view module);
    [[nodiscard]] std::string_view name_of(const Entry& entry) const {
        return std::string_view(names_).substr(entry.name, entry.name_length);
    }

    [[nodiscard]] Entry entry(std::uint64_t address, char type, std::string_view name,
                              std::string_view module);
    [[nodiscard]] std::span<const Entry> by_address() const { return std::span(entries_).first(addressed_); }

    std::vector<Entry> entries_;     // once sealed by address, then order; those by name only behind them
    std::vector<Entry> names_only_;  // until sealed
    std::size_t addressed_ = 0;
    NameIndex by_name_;
    std::vector<std::string> modules_{""};
    std::uint16_t last_module_ = 0;
    std::string names_;
};

}  // namespace inquest
