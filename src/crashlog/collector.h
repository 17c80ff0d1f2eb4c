// Complete events: numbered, folded, limited, and in the end ranked.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "crashlog/parser.h"

namespace inquest {

class Collector {
  public:
    Collector(const ReadOptions& options, const EventSink& sink) : options_(options), sink_(sink) {}

    // `event` is finished and signed; gives it its id.
    void add(CrashEvent event);

    // The event of the boot that the transcript's tells of too (same task, same function), nullptr when none
    // does.
    CrashEvent* same_crash(const CrashEvent& event);

    // The latest events kept of the boot, to which a panic may belong: last first, at most a few.
    std::vector<CrashEvent*> latest(int boot);

    // Every event kept so far.
    [[nodiscard]] std::vector<CrashEvent>& events() { return events_; }

    // Marks the primary event and the first sign of it, and hands everything over.
    void finish(LogContents& contents, bool excerpts);

  private:
    void make_room(int boot);

    const ReadOptions& options_;
    const EventSink& sink_;
    std::vector<CrashEvent> events_;
    // Boot, kind and signature to the place in events_.
    std::unordered_map<std::string, std::size_t> by_signature_;
    std::uint64_t not_kept_ = 0;
    int last_id_ = 0;
};

// Sets `primary` on what killed the machine in the last boot that crashed (else the gravest; of equals the
// first), and `first_sign` on the earliest event that belongs to it. Of excerpts no boot is the last.
void rank(std::vector<CrashEvent>& events, bool excerpts);

}  // namespace inquest
