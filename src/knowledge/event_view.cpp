#include "knowledge/event_view.h"

#include "base/text.h"
#include "model/symbol.h"

namespace inquest {
namespace {

constexpr std::size_t kMaxFrames = 256;
constexpr std::size_t kMaxLines = 256;

std::string place_of(const CrashEvent& event) {
    if (event.lines.first == 0) return {};
    if (event.lines.first == event.lines.last) return "log line " + std::to_string(event.lines.first);
    return "log lines " + std::to_string(event.lines.first) + "-" + std::to_string(event.lines.last);
}

std::string with_place(std::string_view text, std::string_view place) {
    std::string evidence(text);
    if (!place.empty()) evidence.append(", ").append(place);
    return evidence;
}

}  // namespace

EventView::EventView(const CrashEvent& crash) : event(crash) {
    function = bare_function(crash.ip.symbol);
    if (function.empty() && crash.ip.address) function = hex(*crash.ip.address);
    functions.reserve(crash.trace.size() + 1);
    if (!function.empty()) functions.push_back({function, &crash.ip, true});
    for (const Frame& frame : crash.trace) {
        if (functions.size() == kMaxFrames) break;
        functions.push_back({bare_function(frame.symbol), &frame, frame.reliable});
    }
    // Some architectures repeat the function as the first frame; a transcript puts the fault handler above
    // it.
    std::size_t from = function.empty() ? 0 : 1;
    for (std::size_t i = from; i < functions.size(); ++i)
        if (functions[i].reliable && functions[i].name == function) from = i + 1;
    for (std::size_t i = from; i < functions.size() && !caller; ++i)
        if (functions[i].reliable && !functions[i].name.empty()) caller = &functions[i];

    for (std::string_view line : {std::string_view(crash.headline), std::string_view(crash.code.text)})
        if (!line.empty()) lines_.push_back(line);
    for (const Evidence& line : crash.excerpt)
        if (lines_.size() < kMaxLines) lines_.push_back(line.text);
    for (const Fact& fact : crash.facts)
        if (lines_.size() < kMaxLines) lines_.push_back(fact.value);
}

std::string EventView::evidence(std::string_view needle, std::string_view otherwise) const {
    if (!needle.empty())
        for (const Evidence& line : event.excerpt)
            if (line.text.find(needle) != line.text.npos) return with_place(trim(line.text), line.source);
    return with_place(otherwise, place_of(event));
}

}  // namespace inquest
