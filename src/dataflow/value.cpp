#include "dataflow/value.h"

namespace inquest::dataflow {

ValueId ValueTable::intern(const Key& key) {
    auto [place, is_new] = known_.try_emplace(key, static_cast<ValueId>(values_.size()));
    if (is_new) {
        Value value;
        std::tie(value.kind, value.site, value.reg, value.base, value.number) = key;
        values_.push_back(std::move(value));
    }
    return place->second;
}

ValueId ValueTable::plus(ValueId base, std::int64_t number) {
    if (number == 0 || base == kUnknownValue) return base;
    const Value& of = values_[base];
    switch (of.kind) {
        case Value::Kind::constant:
            return constant(wrapping_sum(of.number, number));
        case Value::Kind::stack:
            return stack(wrapping_sum(of.number, number));
        case Value::Kind::offset:
            return plus(of.base, wrapping_sum(of.number, number));
        default:
            return intern({Value::Kind::offset, 0, 0, base, number});
    }
}

}  // namespace inquest::dataflow
