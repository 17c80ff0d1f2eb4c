// What every fuzzer of a dump format does with its bytes.
#pragma once

#include <algorithm>

#include "dump/memory.h"
#include "dump/prstatus.h"
#include "synth/bytes.h"

namespace inquest::fuzz {

inline void read_dump(const std::vector<std::uint8_t>& bytes) {
    auto image = Image::over(bytes);
    if (!image) return;
    auto dump = open_dump(std::move(*image));
    if (!dump) return;
    const DumpFacts& facts = (*dump)->facts();
    (void)cpu_registers(facts.notes);
    (void)Vmcoreinfo::parse(facts.vmcoreinfo);
    std::vector<std::uint8_t> page(facts.page_size);
    for (std::uint64_t frame = 0; frame < std::min<std::uint64_t>(facts.page_count, 64); ++frame)
        (void)(*dump)->read_page(frame, page);
    for (std::uint64_t frame : {facts.page_count - 1, facts.page_count, UINT64_MAX})
        (void)(*dump)->read_page(frame, page);
}

}  // namespace inquest::fuzz
