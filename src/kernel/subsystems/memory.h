// /proc/meminfo, from a dump.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/session.h"
#include "kernel/subsystems/swap.h"
#include "kernel/subsystems/zone.h"

namespace inquest {

struct MemoryFigure {
    std::string name;         // as in /proc/meminfo: "MemFree"
    std::uint64_t value = 0;  // kB, of HugePages_* a count
    bool is_size = true;
};

struct MemoryUse {
    // In the file's order. Lines whose source is not in the dump, or that this kernel does not print, are
    // left out; `problems` says which of them are missing for want of data.
    std::vector<MemoryFigure> figures;
    std::vector<std::string> problems;

    [[nodiscard]] std::optional<std::uint64_t> operator[](std::string_view name) const;
};

// What the file would have said at the moment of the crash (fs/proc/meminfo.c), by the same arithmetic.
MemoryUse read_memory_use(Session& session, const MemoryNodes& nodes, const Swap& swap);

}  // namespace inquest
