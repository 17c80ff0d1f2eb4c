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

  private:
    bool take_markers(std::string_view& text);
    std::string context_;
};

}  // namespace inquest
