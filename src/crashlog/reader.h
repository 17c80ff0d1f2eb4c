// The grammar of a whole log: which lines open a report, belong to one, or end it.
#pragma once

#include <optional>
#include <vector>

#include "crashlog/body.h"
#include "crashlog/boots.h"
#include "crashlog/collector.h"
#include "crashlog/kind_index.h"
#include "crashlog/parser.h"
#include "crashlog/transcript.h"

namespace inquest {

// A report that is being printed.
struct OpenReport {
    CrashEvent event;
    const KindReader* reader = nullptr;
    Body body;
    Caller caller;
    bool begins_log = false;  // nothing of the log stands before it: its header may be lost
    bool enveloped = false;   // a log wrote its header, not a person
    bool details = false;     // its reader knew a line of its body
    unsigned idle = 0;        // lines in a row that told nothing
    std::optional<std::int64_t> last_time;
};

class LogReader {
  public:
    LogReader(LineSource& source, const ReadOptions& options, const EventSink& sink)
        : source_(source), kinds_(KindIndex::all()), collector_(options, sink) {}

    LogContents read();

  private:
    using Reports = std::vector<OpenReport>;

    void take(const Line& line);
    void take_message(const Line& line);
    void remember(const Line& line);
    bool continue_kept(const Line& line, const Owners& candidates);
    bool continue_event(const Line& line, const Owners& candidates, CrashEvent& event) const;
    bool continue_report(const Line& line, const Owners& candidates);
    bool open_report(const Line& line, const Owners& candidates);
    void read_body(const Line& line, OpenReport& report);
    void note_release(OpenReport& report);
    void touch(OpenReport& report, const Line& line);
    OpenReport* report_of(const Caller& caller);
    [[nodiscard]] bool is_over(const OpenReport& report, const Line& line) const;
    void close(std::size_t index);
    void close_all();
    void retire();
    void complete(OpenReport report);

    LineSource& source_;
    const KindIndex& kinds_;
    Collector collector_;
    Boots boots_;
    Transcript transcript_;
    Reports open_;
    std::optional<OpenReport> recent_;  // over, but a panic may still follow
    std::uint64_t last_enveloped_ = 0;  // the last line before that a log wrote
    std::uint64_t last_filled_ = 0;     // ... that is not blank
    std::string before_;                // raw text before the first crash of the boot
    std::uint64_t copied_ = 0;          // bytes that went into it so far
    int before_boot_ = -1;
    bool before_crash_ = false;  // it was a crash, not only a warning
    std::optional<double> before_time_;
    std::uint64_t cut_here_ = 0;  // line of "------------[ cut here ]------------"
};

}  // namespace inquest
