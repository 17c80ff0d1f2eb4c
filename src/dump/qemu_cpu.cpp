#include "dump/qemu_cpu.h"

#include <cstring>

#include "dump/notes.h"

namespace inquest {
namespace {
// Two 32-bit words, 18 registers of 8 bytes, 10 segments of 24 bytes (the last is the IDT, its base at 16),
// CR0 to CR4.
constexpr std::size_t kSegments = 8 + 18 * 8, kIdtBase = kSegments + 9 * 24 + 16, kCr = kSegments + 10 * 24,
                      kCr3 = kCr + 3 * 8, kCr4 = kCr + 4 * 8, kWhole = kCr + 5 * 8, kMostCpus = 8192;
}  // namespace

std::vector<QemuCpu> qemu_cpus(std::span<const std::uint8_t> notes) {
    std::vector<QemuCpu> cpus;
    for_each_note(notes, [&](const Note& note) {
        if (note.name != "QEMU" || note.type != 0 || note.description.size() < kWhole) return true;
        auto word = [&](std::size_t at) {
            std::uint64_t value = 0;
            std::memcpy(&value, note.description.data() + at, sizeof value);
            return value;
        };
        cpus.push_back({word(kIdtBase), word(kCr3), word(kCr4)});
        return cpus.size() < kMostCpus;
    });
    return cpus;
}

}  // namespace inquest
