// Lines to events. Keeps one open event per caller, so that reports of several CPUs that were printed at the
// same time come apart where the log names its callers; undoes or marks the rest.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crashlog/source.h"
#include "model/report.h"

namespace inquest {

// Takes each event when it is complete. The first of its signature comes with everything; later ones only
// raise its `repeats` and are not handed over, unless every_event is set.
using EventSink = std::function<void(CrashEvent&&)>;

struct ReadOptions {
    bool every_event = false;           // jsonl: hand over repeats too
    std::size_t distinct_limit = 1000;  // past it only counts are kept
};

// What a log holds. Events stand in the order in which they happened; ids count from 1.
struct LogContents {
    std::vector<CrashEvent> events;  // empty when a sink took them
    std::uint64_t boots = 0;
    std::uint64_t events_not_kept = 0;
    std::vector<Finding> findings;  // what repeated before the crash, ...
    Host host;                      // as far as the log tells
    Kernel banner;                  // of the last "Linux version" line
    bool excerpts = false;          // the "boots" are pieces of several logs: no banner stands between them
};

// Reads the source to its end.
LogContents read_log(LineSource& source, const ReadOptions& options = {}, const EventSink& sink = {});

}  // namespace inquest
