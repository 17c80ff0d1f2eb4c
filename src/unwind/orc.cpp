#include "unwind/orc.h"

#include <algorithm>
#include <array>

namespace inquest {
namespace {

constexpr std::uint64_t kEntrySize = 6;
constexpr std::uint64_t kMostEntries = 64 << 20;

// arch/x86/include/asm/orc_types.h: ORC_REG_*, as numbered up to 7.0 and since 7.1.
using Bases = std::array<OrcEntry::Base, 11>;
constexpr Bases kBases{OrcEntry::Base::undefined,   OrcEntry::Base::previous_sp, OrcEntry::Base::dx,
                       OrcEntry::Base::di,          OrcEntry::Base::bp,          OrcEntry::Base::sp,
                       OrcEntry::Base::r10,         OrcEntry::Base::r13,         OrcEntry::Base::bp_indirect,
                       OrcEntry::Base::sp_indirect, OrcEntry::Base::unknown};
constexpr Bases kBases71{OrcEntry::Base::undefined,   OrcEntry::Base::unknown,    OrcEntry::Base::dx,
                         OrcEntry::Base::sp,          OrcEntry::Base::bp,         OrcEntry::Base::di,
                         OrcEntry::Base::r10,         OrcEntry::Base::r13,        OrcEntry::Base::previous_sp,
                         OrcEntry::Base::sp_indirect, OrcEntry::Base::bp_indirect};

OrcEntry::Base base_of(const Bases& bases, unsigned number) {
    return number < bases.size() ? bases[number] : OrcEntry::Base::unknown;
}

struct Raw {
    std::int16_t sp_offset, bp_offset;
    std::uint16_t bits;  // sp_reg 4, bp_reg 4, then what the form says
};

}  // namespace

Result<OrcTable> OrcTable::open(TargetMemory memory, std::uint64_t ip_table, std::uint64_t entries,
                                std::uint64_t count) {
    if (count == 0 || count > kMostEntries) return fail("the ORC unwind table has an absurd size");
    OrcTable table(std::move(memory), ip_table, entries, count);
    // Nearly every entry is an ordinary call frame based on SP: its type is 0 up to 6.3 and 2 from 6.4 on,
    // and SP has the number 5 up to 7.0 and 3 from 7.1 on.
    constexpr std::uint64_t kSamples = 512;
    std::uint64_t read = 0, call_is_0 = 0, call_is_2 = 0, bit_11 = 0, on_5 = 0, on_3 = 0;
    for (std::uint64_t i = 0; i < kSamples; ++i) {
        auto raw = table.memory_.get<Raw>(entries + count * i / kSamples * kEntrySize);
        if (!raw) continue;
        ++read;
        unsigned high = raw->bits >> 8;
        call_is_0 += (high & 3) == 0 && (raw->bits & 15) != 0;
        call_is_2 += (high & 7) == 2;
        bit_11 += high >> 3 & 1;
        on_5 += (raw->bits & 15) == 5;
        on_3 += (raw->bits & 15) == 3;
    }
    if (read == 0) return fail("the ORC unwind table is not in the dump");
    if (std::max(on_5, on_3) * 2 < read) return fail("the ORC unwind table is of a form that is not known");
    table.form_ = on_3 > on_5             ? Form::v7_1
                  : call_is_2 > call_is_0 ? Form::v6_4
                  : bit_11                ? Form::v6_3
                                          : Form::v4_14;
    return table;
}

std::optional<std::uint64_t> OrcTable::address(std::uint64_t index) const {
    std::uint64_t place = ip_table_ + index * 4;
    auto offset = memory_.get<std::int32_t>(place);
    return offset ? std::optional(place + static_cast<std::uint64_t>(static_cast<std::int64_t>(*offset)))
                  : std::nullopt;
}

std::optional<OrcEntry> OrcTable::find(std::uint64_t ip) const {
    std::uint64_t low = 0, high = count_;  // the last entry whose address is not above ip lies in [low, high)
    auto first = address(0);
    if (!first || ip < *first) return std::nullopt;
    while (high - low > 1) {
        std::uint64_t middle = low + (high - low) / 2;
        auto at = address(middle);
        if (!at) return std::nullopt;
        (*at <= ip ? low : high) = middle;
    }
    auto raw = memory_.get<Raw>(entries_ + low * kEntrySize);
    if (!raw) return std::nullopt;
    const Bases& bases = form_ == Form::v7_1 ? kBases71 : kBases;
    OrcEntry entry{raw->sp_offset, raw->bp_offset, base_of(bases, raw->bits & 15),
                   base_of(bases, raw->bits >> 4 & 15), OrcEntry::Type::undefined};
    unsigned high_bits = raw->bits >> 8;
    using Type = OrcEntry::Type;
    if (form_ == Form::v6_4 || form_ == Form::v7_1) {
        static constexpr std::array<Type, 5> kTypes{Type::undefined, Type::end_of_stack, Type::call,
                                                    Type::regs, Type::regs_partial};
        entry.type = (high_bits & 7) < kTypes.size() ? kTypes[high_bits & 7] : Type::undefined;
        return entry;
    }
    static constexpr std::array<Type, 4> kTypes{Type::call, Type::regs, Type::regs_partial, Type::undefined};
    bool end = high_bits >> (form_ == Form::v6_3 ? 3 : 2) & 1;
    entry.type = entry.sp_base == OrcEntry::Base::undefined ? (end ? Type::end_of_stack : Type::undefined)
                                                            : kTypes[high_bits & 3];
    return entry;
}

}  // namespace inquest
