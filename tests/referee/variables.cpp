#include "variables.h"

#include <algorithm>
#include <dwarf.h>
#include <optional>
#include <span>

namespace referee {
namespace {

constexpr int kDeepest = 64;  // scopes within each other

struct Place {
    unsigned register_number;
    std::int64_t shift;
};

// The variable is in a register, or is computed from one by adding a constant. What the register was when the
// function was entered, pieces and values in memory do not say what the register is now.
std::optional<Place> place_of(std::span<const Dwarf_Op> expression) {
    if (expression.empty()) return std::nullopt;
    const Dwarf_Op& first = expression.front();
    if (expression.size() == 1) {
        if (first.atom >= DW_OP_reg0 && first.atom <= DW_OP_reg31)
            return Place{static_cast<unsigned>(first.atom - DW_OP_reg0), 0};
        if (first.atom == DW_OP_regx) return Place{static_cast<unsigned>(first.number), 0};
        return std::nullopt;
    }
    if (expression.back().atom != DW_OP_stack_value) return std::nullopt;
    if (first.atom < DW_OP_breg0 || first.atom > DW_OP_breg31) return std::nullopt;
    Place place{static_cast<unsigned>(first.atom - DW_OP_breg0), static_cast<std::int64_t>(first.number)};
    for (const Dwarf_Op& op : expression.subspan(1, expression.size() - 2)) {
        if (op.atom != DW_OP_plus_uconst) return std::nullopt;
        place.shift += static_cast<std::int64_t>(op.number);
    }
    return place;
}

class Collector {
  public:
    void look(Dwarf_Die scope, const std::vector<AddressRange>& ranges, int depth) {
        Dwarf_Die child;
        if (depth > kDeepest || dwarf_child(&scope, &child) != 0) return;
        do switch (dwarf_tag(&child)) {
                case DW_TAG_formal_parameter:
                case DW_TAG_variable:
                    add(child, ranges);
                    break;
                case DW_TAG_inlined_subroutine:
                case DW_TAG_lexical_block:
                    look(child, ranges_of(child), depth + 1);
                    break;
                default:
                    break;
            }
        while (dwarf_siblingof(&child, &child) == 0);
    }

    std::vector<Holding> take() { return std::move(holdings_); }

  private:
    static std::vector<AddressRange> ranges_of(Dwarf_Die& scope) {
        std::vector<AddressRange> ranges;
        Dwarf_Addr base = 0, start = 0, end = 0;
        for (std::ptrdiff_t next = 0; (next = dwarf_ranges(&scope, next, &base, &start, &end)) > 0;)
            if (start < end) ranges.push_back({start, end});
        return ranges;
    }

    void add(Dwarf_Die variable, const std::vector<AddressRange>& scope) {
        Dwarf_Attribute location;
        if (!dwarf_attr(&variable, DW_AT_location, &location)) return;
        std::optional<Pointee> pointee;
        Dwarf_Addr base = 0, start = 0, end = 0;
        Dwarf_Op* expression = nullptr;
        std::size_t length = 0;
        for (std::ptrdiff_t next = 0;
             (next = dwarf_getlocations(&location, next, &base, &start, &end, &expression, &length)) > 0;) {
            auto place = place_of({expression, length});
            if (!place || start >= end) continue;
            if (!pointee) pointee = pointee_of(variable);
            if (!pointee) return;
            const char* name = dwarf_diename(&variable);
            for (const AddressRange& range : scope) {
                std::uint64_t first = std::max(range.start, start), last = std::min(range.end, end);
                if (first >= last) continue;
                holdings_.push_back(
                    {first, last, place->register_number, place->shift, name ? name : "", *pointee});
            }
        }
    }

    std::vector<Holding> holdings_;
};

}  // namespace

std::vector<Holding> holdings_of(const Function& function) {
    Collector collector;
    collector.look(function.die, function.ranges, 0);
    return collector.take();
}

}  // namespace referee
