// The kinds that a line may begin or continue, in the order in which they are asked.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "crashlog/kind_reader.h"
#include "crashlog/trigger_set.h"

namespace inquest {

class KindIndex {
  public:
    // Of all_kind_readers(); made once.
    static const KindIndex& all();

    // The readers one of whose triggers is in `text`: `first` of them ask `readers()[i]` for each i set.
    [[nodiscard]] Owners candidates(std::string_view text) const { return triggers_.find(text); }
    [[nodiscard]] const std::vector<const KindReader*>& readers() const { return readers_; }

  private:
    KindIndex();
    std::vector<const KindReader*> readers_;
    TriggerSet triggers_;
};

// The literals that a scan over ordinary text must stop at: every kind's triggers, and what tells of boots.
std::vector<std::string_view> all_triggers();

}  // namespace inquest
