#include "crashlog/guilty.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "crashlog/plumbing.h"

namespace inquest {
namespace {

bool matches(std::string_view function, std::string_view pattern) {
    const bool at_start = pattern.starts_with('^');
    const bool at_end = pattern.ends_with('$');
    if (at_start) pattern.remove_prefix(1);
    if (at_end) pattern.remove_suffix(1);
    if (at_start && at_end) return function == pattern;
    if (at_start) return function.starts_with(pattern);
    if (at_end) return function.ends_with(pattern);
    return function.find(pattern) != function.npos;
}

// The plumbing, looked up by the first two characters of what must stand in the name: a name of twenty
// characters is compared with a dozen of patterns instead of two hundred.
class PlumbingIndex {
  public:
    PlumbingIndex() {
        for (auto pattern : plumbing()) {
            const bool at_start = pattern.starts_with('^');
            auto literal = at_start ? pattern.substr(1) : pattern;
            buckets_[bucket(literal[0], literal[1])].push_back(pattern);
        }
    }

    [[nodiscard]] bool holds(std::string_view function) const {
        for (std::size_t at = 0; at + 1 < function.size(); ++at)
            for (auto pattern : buckets_[bucket(function[at], function[at + 1])])
                if (stands_at(function, at, pattern)) return true;
        return false;
    }

  private:
    static std::size_t bucket(char first, char second) {
        return (static_cast<unsigned char>(first) * 37U + static_cast<unsigned char>(second)) % kBuckets;
    }
    static bool stands_at(std::string_view function, std::size_t at, std::string_view pattern) {
        if (pattern.starts_with('^')) {
            if (at != 0) return false;
            pattern.remove_prefix(1);
        }
        auto rest = function.substr(at);
        if (!pattern.ends_with('$')) return rest.starts_with(pattern);
        pattern.remove_suffix(1);
        return rest == pattern;
    }

    static constexpr std::size_t kBuckets = 1024;
    std::array<std::vector<std::string_view>, kBuckets> buckets_;
};

}  // namespace

bool is_inlined(const Frame& frame) { return frame.inlined || (!frame.offset && !frame.file.empty()); }

bool matches_any(std::string_view function, NamePatterns patterns) {
    return std::ranges::any_of(patterns,
                               [&](std::string_view pattern) { return matches(function, pattern); });
}

bool is_plumbing(std::string_view function) {
    static const PlumbingIndex index;
    return index.holds(function);
}

const Frame* guilty_frame(std::span<const Frame> trace, NamePatterns also) {
    for (bool reliable : {true, false}) {
        for (const Frame& frame : trace) {
            if (frame.reliable != reliable || frame.symbol.empty() || is_inlined(frame)) continue;
            const std::string name = bare_function(frame.symbol);
            if (!is_plumbing(name) && !matches_any(name, also)) return &frame;
        }
    }
    return nullptr;
}

const Frame* reporting_frame(std::span<const Frame> trace) {
    static constexpr std::string_view kDumping[] = {"dump_stack",           "show_stack",
                                                    "dump_backtrace",       "walk_stack",
                                                    "^show_trace_log_lvl$", "^unwind_backtrace$"};
    for (const Frame& frame : trace)
        if (frame.reliable && !frame.symbol.empty() && !is_inlined(frame) &&
            !matches_any(frame.symbol, kDumping))
            return &frame;
    return nullptr;
}

void accuse(CrashEvent& event, const CodeRef& place, std::string reason) {
    // The source's name: no dot of ppc64's entry points, no ".isra.0" of the compiler.
    std::string_view name = place.symbol;
    if (name.starts_with('.')) name.remove_prefix(1);
    if (!name.starts_with("_ZN")) name = name.substr(0, name.find_first_of(".$"));
    event.guilty = {std::string(name), place.module, std::move(reason)};
}

void blame(CrashEvent& event, NamePatterns also) {
    if (!event.ip.symbol.empty()) {
        const std::string name = bare_function(event.ip.symbol);
        if (!is_plumbing(name) && !matches_any(name, also))
            return accuse(event, event.ip, "the kernel was executing it");
    }
    blame_trace(event, event.trace, also);
}

void blame_trace(CrashEvent& event, std::span<const Frame> trace, NamePatterns also) {
    const Frame* frame = guilty_frame(trace, also);
    if (!frame) return;
    accuse(event, *frame,
           frame == trace.data() ? "innermost function of the trace"
                                 : "innermost function of the trace that does not only serve its callers");
}

}  // namespace inquest
