#include "cli/add_sources.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "model/symbol.h"

namespace inquest {
namespace {

constexpr std::size_t kMostFunctions = 8, kMostExcerpts = 32;
constexpr unsigned kBeforeFault = 6, kBehindFault = 4, kAroundCall = 2;

struct Place {
    std::string file;
    unsigned line = 0;
};

// "lib/refcount.c:28"; the sanitizers have the column, too.
std::optional<Place> place_of(std::string_view text) {
    for (int i = 0; i < 2; ++i) {
        const auto colon = text.rfind(':');
        auto number = colon == text.npos ? std::nullopt : parse_dec(text.substr(colon + 1));
        if (!number || *number == 0 || *number > 1 << 24) return std::nullopt;
        const std::string_view file = text.substr(0, colon);
        const auto before = file.rfind(':');
        if (before == file.npos || !parse_dec(file.substr(before + 1)))
            return Place{std::string(file), static_cast<unsigned>(*number)};
        text = file;
    }
    return std::nullopt;
}

// "kernel BUG at mm/slub.c:305!" names it in the log's words where no fact of the event has it.
std::optional<Place> place_said(const CrashEvent& event) {
    if (auto place = place_of(event.fact("place"))) return place;
    auto look = [](std::string_view line) -> std::optional<Place> {
        auto said = between(line, "ernel BUG at ", "!");
        return said ? place_of(*said) : std::nullopt;
    };
    if (auto place = look(event.headline)) return place;
    for (const Evidence& line : event.excerpt)
        if (auto place = look(line.text)) return place;
    return std::nullopt;
}

// The trace from the fault on, innermost first, with what was inlined there in front.
std::vector<Frame> frames_of(const CrashEvent& event, SourceLines* lines) {
    const auto& trace = event.trace;
    const std::string bare = bare_function(event.ip.symbol);
    auto at = std::ranges::find_if(trace, [&](const Frame& frame) {
        return !bare.empty() && !frame.inlined && frame.symbol == event.ip.symbol &&
               frame.offset == event.ip.offset;
    });
    if (at == trace.end())
        at = std::ranges::find_if(trace, [&](const Frame& frame) {
            return !bare.empty() && frame.reliable && bare_function(frame.symbol) == bare;
        });
    std::vector<Frame> frames;
    auto next = trace.begin();
    if (at != trace.end()) {
        auto first = at;
        while (first != trace.begin() && std::prev(first)->inlined) --first;
        while (at != trace.end() && at->inlined) ++at;
        if (at != trace.end()) ++at;
        frames.assign(first, at);
        if (!frames.empty() && frames.back().file.empty()) {
            frames.back().file = event.ip_file;
            frames.back().line = event.ip_line;
        }
        next = at;
    } else if (!event.ip.symbol.empty()) {
        Frame fault;
        static_cast<CodeRef&>(fault) = event.ip;
        fault.file = event.ip_file;
        fault.line = event.ip_line;
        frames.push_back(std::move(fault));
        if (lines) lines->add_to(frames, event.ip);
    }
    std::vector<Frame> inlined;  // into the next one, and as reliable as that
    for (; next != trace.end(); ++next) {
        inlined.push_back(*next);
        if (next->inlined) continue;
        if (next->reliable) std::ranges::move(inlined, std::back_inserter(frames));
        inlined.clear();
    }
    return frames;
}

}  // namespace

void add_sources(CrashEvent& event, SourceTrees& trees, SourceLines* lines) {
    if (trees.empty()) return;
    auto add = [&](const Place& place, const CodeRef& code, bool inlined, bool fault) {
        auto around = trees.around(place.file, place.line, fault ? kBeforeFault : kAroundCall,
                                   fault ? kBehindFault : kAroundCall);
        if (around.empty()) return;
        event.sources.push_back(
            {place.file, place.line, code.symbol, code.module, inlined, fault, std::move(around)});
    };
    const auto said = place_said(event);
    std::size_t functions = 0;
    for (const Frame& frame : frames_of(event, lines)) {
        if (functions == kMostFunctions || event.sources.size() == kMostExcerpts) break;
        const bool fault = functions == 0 && !event.ip.symbol.empty();
        if (!frame.file.empty()) {
            add({frame.file, frame.line}, frame, frame.inlined, fault);
        } else if (fault && said) {
            add(*said, frame, false, true);
        }
        if (!frame.inlined) ++functions;
    }
    if (said && event.sources.empty()) add(*said, event.ip, false, true);
}

}  // namespace inquest
