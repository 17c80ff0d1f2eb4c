// Finds the next place at which a report may begin, at the speed of memory.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace inquest {

class TriggerScan {
  public:
    // Compiles the triggers of all kinds and a few phrases that damaged reports still hold. Takes
    // milliseconds.
    TriggerScan();
    ~TriggerScan();
    TriggerScan(const TriggerScan&) = delete;
    TriggerScan& operator=(const TriggerScan&) = delete;

    // False where the processor lacks what the matcher needs: everything must be read then.
    [[nodiscard]] bool usable() const { return matcher_ != nullptr; }

    // Where the first trigger ends; npos when there is none.
    std::size_t find(std::string_view text) const;

  private:
    struct Matcher;
    std::unique_ptr<Matcher> matcher_;
};

}  // namespace inquest
