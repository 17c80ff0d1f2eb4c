// What the matcher asks of an event again and again, worked out once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace inquest {

struct EventView {
    explicit EventView(const CrashEvent& event);

    // A function of the event, innermost first: where the instruction pointer was, then the trace.
    struct Function {
        std::string name;  // bare
        const CodeRef* at = nullptr;
        bool reliable = true;
    };

    const CrashEvent& event;
    std::string function;  // bare name at the instruction pointer, "0x..." when only an address is known
    std::vector<Function> functions;
    const Function* caller = nullptr;  // the innermost reliable frame that is not `function`

    // Headline, excerpt, facts and the reason why there is no code: the lines that are known to belong to the
    // event.
    [[nodiscard]] const std::vector<std::string_view>& lines() const { return lines_; }
    // The first line that holds `needle`, with its place in the log; else `otherwise` with the event's own
    // place.
    [[nodiscard]] std::string evidence(std::string_view needle, std::string_view otherwise) const;
    // No line that opens the report was seen: what it says on its first lines is not known.
    [[nodiscard]] bool headless() const { return event.headline.empty(); }

  private:
    std::vector<std::string_view> lines_;
};

}  // namespace inquest
