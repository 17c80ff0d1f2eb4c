// Anchors in a kernel whose kallsyms hold text only (no CONFIG_KALLSYMS_ALL, as Debian's arm64 up to 6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "debuginfo/target.h"

namespace inquest {

// The kernel's image read once, up to the first hole of 4 MB; what is missing in it reads as 0xff.
class ImageBytes {
  public:
    ImageBytes(const TargetMemory& memory, std::uint64_t start, std::uint64_t most_bytes);

    // The address that EXPORT_SYMBOL(name) gives: a struct kernel_symbol is two or three place-relative
    // 32-bit words (include/linux/export.h, CONFIG_HAVE_ARCH_PREL32_RELOCATIONS), value first, then the
    // name's string.
    [[nodiscard]] std::optional<std::uint64_t> exported(std::string_view name) const;

    // Start of the kernel's BTF, found by its header; `size` is set to its length.
    [[nodiscard]] std::optional<std::uint64_t> btf(std::uint64_t& size) const;

    [[nodiscard]] std::uint64_t start() const { return start_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

  private:
    // What the entry gives whose name lies at one of these offsets (ascending). `among_others`: the entries
    // before and behind it must have names too, and all three be in order, as the linker sorts them.
    [[nodiscard]] std::optional<std::uint64_t> value_of(std::span<const std::int64_t> strings,
                                                        bool among_others) const;
    [[nodiscard]] bool is_in_table(std::uint64_t place) const;

    std::uint64_t start_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace inquest
