#include "cli/store.h"

#include <algorithm>
#include <functional>

namespace inquest {

std::vector<KeptCrash> kept_crashes(const std::string& root) {
    std::vector<KeptCrash> found;
    for (const CrashStore* store : all_stores()) {
        auto before = found.size();
        store->list(root, found);
        for (auto i = before; i < found.size(); ++i) found[i].store = store->name;
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, &KeptCrash::time);
    return found;
}

}  // namespace inquest
