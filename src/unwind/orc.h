// x86's ORC unwind tables, read in place out of a dump's memory (Documentation/arch/x86/orc-unwinder.rst).
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "debuginfo/target.h"

namespace inquest {

// How to get from one frame to the one that called it.
struct OrcEntry {
    enum class Base : std::uint8_t {
        undefined,
        previous_sp,
        dx,
        di,
        bp,
        sp,
        r10,
        r13,
        bp_indirect,
        sp_indirect,
        unknown
    };
    enum class Type : std::uint8_t { undefined, end_of_stack, call, regs, regs_partial };
    std::int16_t sp_offset = 0, bp_offset = 0;
    Base sp_base = Base::undefined, bp_base = Base::undefined;
    Type type = Type::undefined;
};

// One sorted table: the kernel's or a module's.
class OrcTable {
  public:
    // `ip_table`: 4-byte place-relative addresses; `entries`: 6 bytes each. Tells the form by what a sample
    // of the entries says: up to 6.2 (type 2 bits, end), 6.3 (signal, end), 6.4 on (type 3 bits, signal), 7.1
    // on (the same with other register numbers).
    static Result<OrcTable> open(TargetMemory memory, std::uint64_t ip_table, std::uint64_t entries,
                                 std::uint64_t count);

    // The entry in force at `ip`; nullopt before the table's first address or where memory is missing.
    [[nodiscard]] std::optional<OrcEntry> find(std::uint64_t ip) const;

  private:
    enum class Form : std::uint8_t { v4_14, v6_3, v6_4, v7_1 };
    OrcTable(TargetMemory memory, std::uint64_t ip_table, std::uint64_t entries, std::uint64_t count)
        : memory_(std::move(memory)), ip_table_(ip_table), entries_(entries), count_(count) {}
    [[nodiscard]] std::optional<std::uint64_t> address(std::uint64_t index) const;

    TargetMemory memory_;
    std::uint64_t ip_table_, entries_, count_;
    Form form_ = Form::v4_14;
};

}  // namespace inquest
