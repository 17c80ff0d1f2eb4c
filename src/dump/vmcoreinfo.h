// VMCOREINFO: what the kernel itself wrote down for readers of its dumps (kernel/crash_core.c, since 2.6.24).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace inquest {

class Vmcoreinfo {
  public:
    // Lines KEY=VALUE and TYPE(name)=VALUE; what does not parse is left out.
    static Vmcoreinfo parse(std::string_view text);

    [[nodiscard]] std::optional<std::uint64_t> symbol(std::string_view name) const {
        return hex_of("SYMBOL", name);
    }
    // Offsets, sizes, lengths and numbers are decimal, numbers may be negative or (arm64) hexadecimal.
    [[nodiscard]] std::optional<std::uint64_t> offset(std::string_view name) const {
        return dec_of("OFFSET", name);
    }
    [[nodiscard]] std::optional<std::uint64_t> size(std::string_view name) const {
        return dec_of("SIZE", name);
    }
    [[nodiscard]] std::optional<std::uint64_t> length(std::string_view name) const {
        return dec_of("LENGTH", name);
    }
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
    // "OSRELEASE", "PAGESIZE", "BUILD-ID", "KERNELOFFSET" (hexadecimal), "CRASHTIME"; "" when missing.
    [[nodiscard]] std::string_view value(std::string_view key) const;
    // Adds what was found elsewhere: "SYMBOL(_stext)", "ffffffff81000000".
    void set(std::string key, std::string value) {
        values_.insert_or_assign(std::move(key), std::move(value));
    }
    [[nodiscard]] bool empty() const { return values_.empty(); }

  private:
    [[nodiscard]] std::optional<std::uint64_t> hex_of(std::string_view type, std::string_view name) const;
    [[nodiscard]] std::optional<std::uint64_t> dec_of(std::string_view type, std::string_view name) const;
    std::unordered_map<std::string, std::string> values_;
};

}  // namespace inquest
