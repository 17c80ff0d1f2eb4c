// Lines of call traces to frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace inquest {

// Reads one trace after another; remembers on which stack ("<IRQ>") its frames are.
class TraceReader {
  public:
    enum class Took { nothing, marker, frames };

    // Appends the frames on `text` (a message) to `trace`: one, or two on the first line of arm's
    // "(f) from [<addr>] (g+0x4/0x8)". A marker such as "<IRQ>" alone adds none.
    Took take(std::string_view text, std::vector<Frame>& trace);

    // Another trace begins.
    void restart() { context_.clear(); }

    // The only architecture that writes frames as the last one was, "" when several do.
    [[nodiscard]] std::string_view arch() const { return arch_; }

  private:
    bool take_markers(std::string_view& text);
    std::string context_;
    std::string_view arch_;
};

}  // namespace inquest
