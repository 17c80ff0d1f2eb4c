#include "debuginfo/symbols.h"

#include <algorithm>
#include <tuple>

namespace inquest {

// Symbols come module by module, so that the last one nearly always is the one.
std::uint16_t SymbolTable::index_of_module(std::string_view module) {
    if (modules_[last_module_] == module) return last_module_;
    auto known = std::ranges::find(modules_, module);
    if (known == modules_.end() && modules_.size() > UINT16_MAX) return last_module_;
    last_module_ = static_cast<std::uint16_t>(known - modules_.begin());
    if (known == modules_.end()) modules_.emplace_back(module);
    return last_module_;
}

SymbolTable::Entry SymbolTable::entry(std::uint64_t address, char type, std::string_view name,
                                      std::string_view module) {
    Entry entry{address,
                static_cast<std::uint32_t>(names_.size()),
                static_cast<std::uint32_t>(name.size()),
                index_of_module(module),
                type,
                static_cast<std::uint32_t>(entries_.size())};
    names_ += name;
    return entry;
}

void SymbolTable::add(std::uint64_t address, char type, std::string_view name, std::string_view module) {
    entries_.push_back(entry(address, type, name, module));
}

void SymbolTable::add_name(std::uint64_t address, char type, std::string_view name, std::string_view module) {
    names_only_.push_back(entry(address, type, name, module));
}

void SymbolTable::reserve(std::size_t count, std::size_t name_bytes) {
    entries_.reserve(entries_.size() + count);
    names_.reserve(names_.size() + name_bytes);
}

bool SymbolTable::was_added(std::string_view name) const {
    return std::ranges::any_of(entries_, [&](const Entry& entry) { return name_of(entry) == name; });
}

void SymbolTable::seal() {
    auto place = [](const Entry& entry) { return std::tuple(entry.address, entry.order); };
    if (!std::ranges::is_sorted(entries_, {}, place)) std::ranges::sort(entries_, {}, place);
    addressed_ = entries_.size();
    entries_.insert(entries_.end(), names_only_.begin(), names_only_.end());
    names_only_ = {};
    by_name_.build(static_cast<std::uint32_t>(entries_.size()),
                   [this](std::uint32_t index) { return name_of(entries_[index]); });
}

Symbol SymbolTable::symbol(std::size_t index) const {
    const Entry& entry = entries_[index];
    auto next = std::ranges::upper_bound(by_address(), entry.address, {}, &Entry::address);
    std::uint64_t size = next == by_address().end() ? 0 : next->address - entry.address;
    return {entry.address, size, name_of(entry), entry.type, modules_[entry.module]};
}

std::optional<Symbol> SymbolTable::at(std::uint64_t address) const {
    auto after = std::ranges::upper_bound(by_address(), address, {}, &Entry::address);
    if (after == by_address().begin()) return std::nullopt;
    auto first = std::ranges::lower_bound(by_address(), std::prev(after)->address, {}, &Entry::address);
    return symbol(static_cast<std::size_t>(first - by_address().begin()));
}

std::vector<Symbol> SymbolTable::named(std::string_view name) const {
    std::vector<Symbol> symbols;
    by_name_.find(name, [&](std::uint32_t index) {
        if (name_of(entries_[index]) == name) symbols.push_back(symbol(index));
        return true;
    });
    return symbols;
}

std::optional<std::uint64_t> SymbolTable::address_of(std::string_view name) const {
    std::optional<std::uint64_t> address;
    by_name_.find(name, [&](std::uint32_t index) {
        if (name_of(entries_[index]) == name) address = entries_[index].address;
        return !address;
    });
    return address;
}

}  // namespace inquest
