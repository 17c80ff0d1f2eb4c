// What all reports have in common: task, registers, place, trace, modules, code. Reads one report line by
// line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "arch/arch.h"
#include "crashlog/frames.h"
#include "crashlog/ip_line.h"
#include "model/event.h"

namespace inquest {

class Body {
  public:
    // `ours`: part of every report, but nothing to keep ("Stack:", hex dumps, blank lines).
    enum class Took { nothing, ours, fact };

    // Reads a message of the report into `event`. What is known already stays: panic prints a second set.
    Took take(std::string_view text, CrashEvent& event);

    // The kind's reader took the line: when it pushed a Stack, the frames that follow are that one's.
    void taken_by_reader(const CrashEvent& event);

    // A line that nobody took: it may be the title of the trace behind it.
    void untaken(std::string_view text) { title_ = text; }

    // The log went on to something else, or ended: marks an oops that has no trace as cut.
    void cut_off(CrashEvent& event) const;

    // The report's end marker was seen; registers may come once more.
    [[nodiscard]] bool ended() const { return ended_; }

    // The architecture that prints such lines, nullptr when none was sure.
    [[nodiscard]] const Arch* arch() const { return arch_; }

  private:
    static constexpr std::size_t kMain = SIZE_MAX;
    static constexpr std::size_t kNowhere = SIZE_MAX - 1;

    bool take_continued(std::string_view text, CrashEvent& event);
    bool take_place(std::string_view text, CrashEvent& event);
    bool take_interrupted(const IpLine& line, CrashEvent& event);
    bool take_registers(std::string_view text, CrashEvent& event);
    Took take_named(std::string_view text, CrashEvent& event);
    Took take_frame(std::string_view text, CrashEvent& event);
    Took take_marker(std::string_view text);
    bool take_code(std::string_view text, CrashEvent& event);
    void start_trace(CrashEvent& event);
    void start_at_exception(CrashEvent& event);
    void set_arch(std::string_view name);
    void set_register(CrashEvent& event, std::string_view name, std::optional<std::uint64_t> value);
    std::vector<Frame>* destination(CrashEvent& event);
    // Inside a trace stand the registers of interrupted code; they are not the event's.
    [[nodiscard]] bool summary_of_another(const CrashEvent& event) const;
    [[nodiscard]] bool in_trace(const CrashEvent& event) const { return !event.trace.empty() && !ended_; }

    TraceReader frames_;
    const Arch* arch_ = nullptr;
    std::size_t destination_ = kMain;  // which of event.stacks takes the frames
    std::size_t stacks_seen_ = 0;
    std::string title_;
    std::string_view last_register_;
    bool stack_pending_ = false;   // a reader pushed a Stack that has no frames yet
    bool exception_seen_ = false;  // of a transcript
    bool ended_ = false;
    bool user_ = false;         // the registers on the way are user space's
    bool interrupted_ = false;  // or those of code that an interrupt found within a trace
    bool code_seen_ = false;
    enum class Continued { none, modules, words, listing, task } continued_ = Continued::none;
};

}  // namespace inquest
