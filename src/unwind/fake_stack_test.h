// Memory that is as a test says, and nothing else.
#pragma once

#include <cstdint>
#include <map>

#include "debuginfo/target.h"

namespace inquest {

class FakeStack {
  public:
    void put16(std::uint64_t address, std::uint16_t value) { put(address, value, 2); }
    void put32(std::uint64_t address, std::uint32_t value) { put(address, value, 4); }
    void put64(std::uint64_t address, std::uint64_t value) { put(address, value, 8); }

    // Reads what was put; a byte that was not is missing. The memory must outlive it.
    [[nodiscard]] TargetMemory memory() const {
        return TargetMemory([this](std::uint64_t address, std::span<std::uint8_t> out) {
            for (auto& byte : out) {
                auto found = bytes_.find(address++);
                if (found == bytes_.end()) return false;
                byte = found->second;
            }
            return true;
        });
    }

  private:
    void put(std::uint64_t address, std::uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i) bytes_[address + i] = static_cast<std::uint8_t>(value >> (i * 8));
    }
    std::map<std::uint64_t, std::uint8_t> bytes_;
};

}  // namespace inquest
