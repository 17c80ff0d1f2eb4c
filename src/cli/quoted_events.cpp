#include "cli/quoted_events.h"

#include "crashlog/parser.h"

namespace inquest {

std::vector<CrashEvent> quoted_events(std::string_view text) {
    auto source = open_text(text);
    LogContents contents = read_log(*source);
    for (CrashEvent& event : contents.events)
        if (event.kernel.release.empty()) event.kernel = contents.banner;
    return std::move(contents.events);
}

}  // namespace inquest
