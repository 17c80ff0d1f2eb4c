// One of the kernel's structures: members found by name in BTF, read at any address.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/session.h"

namespace inquest {

class Structure {
  public:
    // `session` must outlive it. A structure that the kernel does not have has no members.
    Structure(Session& session, std::string_view name);

    [[nodiscard]] bool known() const { return id_.has_value(); }
    [[nodiscard]] std::uint64_t size() const { return size_; }  // bytes
    [[nodiscard]] const std::string& name() const { return name_; }

    // Bytes from the start; nullopt when this kernel has no such member. `path` as Types::member takes it.
    [[nodiscard]] std::optional<std::uint64_t> offset(std::string_view path) const;
    [[nodiscard]] bool has(std::string_view path) const { return offset(path).has_value(); }
    // Bytes that the member takes (a whole array's), 0 when there is none.
    [[nodiscard]] std::uint64_t size_of(std::string_view path) const;
    // Elements of the member, an array; 0 when it is none or of unknown length.
    [[nodiscard]] std::uint32_t elements(std::string_view path) const;

    // The member of the structure at `address` as a number: an integer, pointer, enumerator or bit-field, or
    // a structure of at most 8 bytes around one (atomic_t). nullopt when there is none or it cannot be read.
    [[nodiscard]] std::optional<std::uint64_t> get(std::uint64_t address, std::string_view path) const;
    // The same with its sign, whatever the type says of it (atomic_long_t holds one that BTF does not tell).
    [[nodiscard]] std::optional<std::int64_t> get_signed(std::uint64_t address, std::string_view path) const;

  private:
    [[nodiscard]] const std::optional<MemberPlace>& place(std::string_view path) const;

    Session& session_;
    const Types* types_;
    std::string name_;
    std::optional<TypeId> id_;
    std::uint64_t size_ = 0;
    mutable std::map<std::string, std::optional<MemberPlace>, std::less<>> places_;
};

// The value of an enumerator; nullopt when the kernel has none of that name in that enum.
std::optional<std::int64_t> enumerator(Session& session, std::string_view enumeration, std::string_view name);

// An integer of `bytes` (1, 2, 4 or 8) at `address`, zero-extended.
std::optional<std::uint64_t> read_integer(const Session& session, std::uint64_t address, std::uint64_t bytes);

// The value of a global variable of that many bytes; nullopt when there is no such symbol, or none in the
// dump.
std::optional<std::uint64_t> read_global(Session& session, std::string_view name, std::uint64_t bytes = 8);

}  // namespace inquest
