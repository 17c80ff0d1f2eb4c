#include "knowledge/knowledge.h"

#include <algorithm>

namespace inquest {

const Issue* Knowledge::find(std::string_view id) const {
    auto found = std::ranges::find(issues_, id, &Issue::id);
    return found == issues_.end() ? nullptr : &*found;
}

}  // namespace inquest
