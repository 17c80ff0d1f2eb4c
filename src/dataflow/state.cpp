#include "dataflow/state.h"

#include <algorithm>

namespace inquest::dataflow {
namespace {
constexpr std::size_t kMostSlots = 128;
constexpr std::int64_t kFarthest = std::int64_t{1} << 40;
}  // namespace

ValueId State::slot(std::int64_t offset, unsigned size) const {
    auto found = std::ranges::lower_bound(slots_, offset, {}, &Slot::offset);
    return found != slots_.end() && found->offset == offset && found->size == size ? found->value
                                                                                   : kUnknownValue;
}

void State::store(std::int64_t offset, unsigned size, ValueId value) {
    if (offset < -kFarthest || offset > kFarthest) return;  // no stack
    forget(offset, offset + size);
    if (value == kUnknownValue || size == 0 || size > 8 || slots_.size() >= kMostSlots) return;
    slots_.insert(std::ranges::lower_bound(slots_, offset, {}, &Slot::offset),
                  {offset, static_cast<std::uint8_t>(size), value});
}

void State::forget(std::int64_t from, std::int64_t to) {
    std::erase_if(slots_,
                  [&](const Slot& slot) { return slot.offset < to && slot.offset + slot.size > from; });
}

}  // namespace inquest::dataflow
