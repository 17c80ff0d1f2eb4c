// The kernel's own symbol table out of its memory (kernel/kallsyms.c, scripts/kallsyms.c).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "debuginfo/symbols.h"
#include "debuginfo/target.h"

namespace inquest {

// Where the tables are. Any may be missing from VMCOREINFO: up to 5.19 all are, from 7.x relative_base is.
struct KallsymsTables {
    std::uint64_t offsets = 0, relative_base = 0, num_syms = 0, names = 0, token_table = 0, token_index = 0;
    [[nodiscard]] bool complete() const { return offsets && num_syms && names && token_table && token_index; }
};

// Where the tables may be looked for by their shape, and an address that tells whether they were decoded
// rightly.
struct KernelImage {
    std::uint64_t start = 0, size = 0;  // of text and read-only data
    std::uint64_t stext = 0;            // VMCOREINFO's _stext
};

// Finds the tables by their shape: the token table by the ten digits that stand in it, the names before it
// by the markers behind them, the offsets by where kernels put them (up to 6.3: offsets, relative_base,
// num_syms, names, markers, token_table, token_index; later the offsets behind the token_index; since 6.2
// with a table of sorted names; 7.x without relative_base).
Result<KallsymsTables> find_kallsyms(const TargetMemory& memory, const KernelImage& image);

// Decodes the tables and adds their symbols. Tells base-relative offsets (negative: base - 1 - offset,
// non-negative: absolute per-CPU ones on x86 up to 6.x; unsigned elsewhere) and place-relative ones (7.x)
// apart by where _stext comes out.
Result<void> read_kallsyms(const TargetMemory& memory, const KallsymsTables& tables, const KernelImage& image,
                           SymbolTable& symbols);

}  // namespace inquest
