#include "dump/prstatus.h"

#include <algorithm>
#include <cstring>

#include "dump/notes.h"

namespace inquest {
namespace {
// include/linux/elfcore.h: struct elf_prstatus; the registers are followed by pr_fpvalid and padding.
constexpr std::uint32_t kPrStatus = 1;  // NT_PRSTATUS
constexpr std::size_t kPid = 32, kRegisters = 112, kTrailer = 8, kMostWords = 64, kMostCpus = 8192;
}  // namespace

std::vector<CpuRegisters> cpu_registers(std::span<const std::uint8_t> notes) {
    std::vector<CpuRegisters> cpus;
    for_each_note(notes, [&](const Note& note) {
        if (note.name != "CORE" || note.type != kPrStatus ||
            note.description.size() < kRegisters + 8 + kTrailer)
            return true;
        CpuRegisters cpu;
        std::memcpy(&cpu.pid, note.description.data() + kPid, sizeof cpu.pid);
        cpu.values.resize(std::min((note.description.size() - kRegisters - kTrailer) / 8, kMostWords));
        std::memcpy(cpu.values.data(), note.description.data() + kRegisters, cpu.values.size() * 8);
        cpus.push_back(std::move(cpu));
        return cpus.size() < kMostCpus;
    });
    return cpus;
}

}  // namespace inquest
