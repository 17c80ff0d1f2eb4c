// The memory that debug information is read out of, as its readers see it.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace inquest {

// Reads target memory at a virtual address: all bytes or false.
class TargetMemory {
  public:
    using Read = std::function<bool(std::uint64_t address, std::span<std::uint8_t> out)>;
    explicit TargetMemory(Read read) : read_(std::move(read)) {}

    [[nodiscard]] bool read(std::uint64_t address, std::span<std::uint8_t> out) const {
        return read_(address, out);
    }

    template <typename T>
    [[nodiscard]] std::optional<T> get(std::uint64_t address) const {
        T value;
        if (!read_(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value})) return std::nullopt;
        return value;
    }

    // `size` bytes; empty when one is missing or `size` is above `limit`.
    [[nodiscard]] std::vector<std::uint8_t> bytes(std::uint64_t address, std::uint64_t size,
                                                  std::uint64_t limit) const {
        std::vector<std::uint8_t> data(size <= limit ? size : 0);
        if (!data.empty() && !read_(address, data)) data.clear();
        return data;
    }

  private:
    Read read_;
};

// The T at `offset` of a byte array that came from the target; nullopt past its end.
template <typename T>
std::optional<T> peek(std::span<const std::uint8_t> bytes, std::uint64_t offset) {
    if (offset > bytes.size() || sizeof(T) > bytes.size() - offset) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

}  // namespace inquest
