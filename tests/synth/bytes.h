// Bytes at offsets: what the writers of synthetic dumps are made of. They know the formats by numbers out of
// the formats' documents, never by the readers' structs, so that a mistake in one is not repeated in the
// other.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace inquest::synth {

class Bytes {
  public:
    template <typename T>
    void put(std::uint64_t offset, T value) {
        room(offset + sizeof value);
        std::memcpy(&data_[offset], &value, sizeof value);
    }
    void put_text(std::uint64_t offset, std::string_view text) {
        put_bytes(offset, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    void put_bytes(std::uint64_t offset, std::span<const std::uint8_t> bytes);
    template <typename T>
    void append(T value) {
        put(data_.size(), value);
    }
    void append_text(std::string_view text) { put_text(data_.size(), text); }
    void append_bytes(std::span<const std::uint8_t> bytes) { put_bytes(data_.size(), bytes); }
    void align(std::uint64_t to) { room((data_.size() + to - 1) / to * to); }

    [[nodiscard]] std::uint64_t size() const { return data_.size(); }
    [[nodiscard]] std::vector<std::uint8_t>& data() { return data_; }
    [[nodiscard]] const std::vector<std::uint8_t>& data() const { return data_; }

  private:
    void room(std::uint64_t size);
    std::vector<std::uint8_t> data_;
};

}  // namespace inquest::synth
