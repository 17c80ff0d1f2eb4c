// Where a kernel stands to the ranges of one product.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/scheme.h"

namespace inquest {

// Where a range of versions ends, and what that means.
struct RangeEnd {
    enum class Type : std::uint8_t { open, fixed, last_affected, fixed_after } type;
    std::string_view version;
};
RangeEnd end_of(const AffectedRange& range);

// By the ranges of the kernel's own stream when there are any. One that holds the kernel outweighs those that
// do not, and the lowest fix of several is the one to go to. nullopt: there are no ranges.
std::optional<AffectedAnswer> judge_by_ranges(const KernelPackage& kernel, const KernelScheme& scheme,
                                              const std::vector<const AffectedRange*>& ranges);

// One text of many pieces.
std::string concat(std::initializer_list<std::string_view> pieces);

}  // namespace inquest
