// Synthetic dumps: memory that a test lays out, written in every format that the readers take.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synth/bytes.h"

namespace inquest::synth {

constexpr std::uint64_t kPage = 4096;

struct Memory {
    std::map<std::uint64_t, std::vector<std::uint8_t>> pages;  // by frame number, kPage bytes each
    std::set<std::uint64_t> filtered;                          // frames of RAM that are left out
    std::uint64_t frames = 64;
    std::string vmcoreinfo;
    std::vector<std::uint8_t> notes;  // further ones, as note() writes them

    // Physical memory; pages are made as they are written to.
    void write(std::uint64_t address, std::span<const std::uint8_t> bytes);
};

// An ELF note: three words, the name and the description, each padded to four bytes.
std::vector<std::uint8_t> note(std::string_view name, std::uint32_t type,
                               std::span<const std::uint8_t> description);

enum class Compression { none, zlib, lzo, snappy, zstd };

// The frames of one file of several, from first up to end.
struct Share {
    std::uint64_t first, end;
};

// kdump-compressed, version 6 (makedumpfile's IMPLEMENTATION); with a share as makedumpfile --split writes
// it.
std::vector<std::uint8_t> write_kdump(const Memory& memory, Compression compression,
                                      std::optional<Share> share = std::nullopt);
// Where in it the page descriptors begin, 24 bytes each.
std::uint64_t descriptors_of(const std::vector<std::uint8_t>& kdump);

// An ELF core with one segment a run of pages, and one without data for each that is left out.
std::vector<std::uint8_t> write_elf(const Memory& memory);

// The note that QEMU writes of an x86-64 CPU.
std::vector<std::uint8_t> qemu_cpu_note(std::uint64_t idt, std::uint64_t cr3, std::uint64_t cr4);

std::vector<std::uint8_t> gzip(std::span<const std::uint8_t> bytes);

// makedumpfile's flattened form: records of at most `piece` bytes, every second one late, the first one
// written twice (garbage first), runs of zero bytes left out.
std::vector<std::uint8_t> flatten(const std::vector<std::uint8_t>& bytes, std::size_t piece);

}  // namespace inquest::synth
