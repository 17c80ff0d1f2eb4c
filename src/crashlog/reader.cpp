#include "crashlog/reader.h"

#include <algorithm>
#include <utility>

#include "arch/arch.h"
#include "base/text.h"
#include "crashlog/conclusions.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/repeated.h"

namespace inquest {
namespace {

constexpr std::size_t kMostOpen = 64;
constexpr unsigned kIdleBeforeTrace = 40;  // stacks and memory are dumped in between
constexpr unsigned kIdleInTrace = 10;
constexpr unsigned kIdleAfterEnd = 4;
constexpr unsigned kIdleAlone = 3;
constexpr std::int64_t kLongestPause = 10'000'000;
constexpr std::size_t kBefore = 1 << 20;
constexpr std::uint64_t kFollowUpLines = 400;

// A report's own evidence beside its header.
bool has_body(const CrashEvent& event) {
    return !event.ip.empty() || event.trace.size() > 1 || !event.registers.empty() || event.task.pid ||
           event.cpu || !event.stacks.empty() || !event.kernel.release.empty();
}

bool is_believable(const OpenReport& report) {
    const CrashEvent& event = report.event;
    if (!report.reader->last_resort)
        return report.enveloped || report.reader->stands_alone || report.details || has_body(event);
    if (report.reader->name == "transcript") return shows_crash(event);
    bool traced = event.trace.size() > 1;
    // Where the lines before it are there, a header would be: somebody printed a stack, nothing crashed.
    if (event.registers.empty() && event.ip.empty() && !report.begins_log) return false;
    if (event.ip.empty()) return traced && event.task.pid;
    return traced || event.registers.size() >= 4;
}

}  // namespace

OpenReport* LogReader::report_of(const Caller& caller) {
    auto found = std::ranges::find(open_, caller, &OpenReport::caller);
    return found == open_.end() ? nullptr : &*found;
}

void LogReader::touch(OpenReport& report, const Line& line) {
    report.idle = 0;
    report.event.lines.last = line.number;
    if (line.time_us) {
        report.last_time = line.time_us;
        if (!report.event.time) report.event.time = static_cast<double>(*line.time_us) / 1e6;
    }
}

bool LogReader::is_over(const OpenReport& report, const Line& line) const {
    bool traced = !report.event.trace.empty();
    unsigned patience = report.body.ended()           ? kIdleAfterEnd
                        : traced                      ? kIdleInTrace
                        : report.reader->stands_alone ? kIdleAlone
                                                      : kIdleBeforeTrace;
    if (report.idle >= patience) return true;
    return traced && line.time_us && report.last_time && *line.time_us - *report.last_time > kLongestPause;
}

// The kernel in an event says when the log is another machine's.
void LogReader::note_release(OpenReport& report) {
    if (boots_.take_release(report.event.kernel.release)) {
        report.event.boot = boots_.current();
        if (recent_) retire();
    }
}

void LogReader::read_body(const Line& line, OpenReport& report) {
    bool release_known = !report.event.kernel.release.empty();
    if (report.reader->takes && report.reader->takes(line, report.event)) {
        report.body.taken_by_reader(report.event);
        report.details = true;
        touch(report, line);
    } else {
        switch (report.body.take(line.text, report.event)) {
            case Body::Took::fact:
                touch(report, line);
                break;
            case Body::Took::ours:
                break;
            case Body::Took::nothing:
                report.body.untaken(line.text);
                ++report.idle;
                break;
        }
    }
    if (!release_known && !report.event.kernel.release.empty()) note_release(report);
}

bool LogReader::continue_event(const Line& line, const Owners& candidates, CrashEvent& event) const {
    auto continues = [&](std::size_t i) {
        const KindReader& reader = *kinds_.readers()[i];
        return reader.continues && reader.continues(line, event);
    };
    return candidates.first(continues) != Owners::kMost;
}

bool LogReader::continue_report(const Line& line, const Owners& candidates) {
    // The caller's own report first, then the others, then the one that is over.
    std::vector<OpenReport*> reports;
    if (auto* own = report_of(line.caller)) reports.push_back(own);
    for (auto report = open_.rbegin(); report != open_.rend(); ++report)
        if (report->caller != line.caller) reports.push_back(&*report);
    if (recent_) reports.push_back(&*recent_);
    for (OpenReport* report : reports) {
        if (!continue_event(line, candidates, report->event)) continue;
        report->body.taken_by_reader(report->event);
        report->body.untaken(line.text);
        // A monitor takes the console over, past printk and its names of callers.
        if (line.caller == Caller{} && !report_of(line.caller)) report->caller = line.caller;
        touch(*report, line);
        if (recent_ && report == &*recent_ && !report_of(report->caller)) {
            open_.push_back(std::move(*recent_));
            recent_.reset();
        }
        return true;
    }
    return line.text.find("Kernel panic") != line.text.npos && continue_kept(line, candidates);
}

// The panic that a report led to may come long after it, behind the backtraces of all CPUs.
bool LogReader::continue_kept(const Line& line, const Owners& candidates) {
    for (CrashEvent* event : collector_.latest(boots_.current())) {
        if (!continue_event(line, candidates, *event)) continue;
        event->lines.last = line.number;
        return true;
    }
    return false;
}

// Keeps what the log said before the boot's first crash (or warning, until something crashes).
void LogReader::remember(const Line& line) {
    const CrashEvent& event = open_.back().event;
    bool crash = usual_severity(event.kind) >= Severity::error;
    bool known = before_boot_ == event.boot && before_crash_ == crash;
    if (known || (before_crash_ && !crash)) return;
    // A log of a million boots is not copied a million times.
    if (copied_ > kBefore * 64 + source_.bytes()) return before_.clear();
    before_ = source_.before(kBefore);
    copied_ += before_.size();
    before_boot_ = event.boot;
    before_crash_ = crash;
    before_time_ = line.time_us ? std::optional(static_cast<double>(*line.time_us) / 1e6) : std::nullopt;
}

bool LogReader::open_report(const Line& line, const Owners& candidates) {
    OpenReport report;
    report.event.severity = Severity::info;
    auto* own = report_of(line.caller);
    auto opens = [&](std::size_t i) {
        const KindReader& reader = *kinds_.readers()[i];
        return reader.opens && !(reader.last_resort && own) && reader.opens(line, report.event);
    };
    auto opener = candidates.first(opens);
    if (opener == Owners::kMost) return false;
    report.reader = kinds_.readers()[opener];
    // A complaint of one line between an oops's first lines is another CPU's.
    bool interjected = own && report.reader->stands_alone && !report.reader->general &&
                       is_oops(own->event.kind) && in_header(own->event);
    if (own && !interjected) {
        own->body.cut_off(own->event);
        close(static_cast<std::size_t>(own - open_.data()));
    }
    if (open_.size() >= kMostOpen) close(0);
    report.caller = line.caller;
    report.enveloped = line.enveloped;
    report.event.boot = boots_.current();
    if (report.event.headline.empty()) report.event.headline = trim(line.text);
    bool cut_here = cut_here_ != 0 && line.number - cut_here_ <= 2;
    report.event.lines.first = cut_here ? cut_here_ : line.number;
    auto last = line.enveloped ? last_enveloped_ : last_filled_;
    report.begins_log = last == 0 || last + 1 < line.number;
    touch(report, line);
    if (interjected) {
        complete(std::move(report));
        return true;
    }
    open_.push_back(std::move(report));
    remember(line);
    return true;
}

// A transcript quotes the line with which the log's report began.
void LogReader::take(const Line& line) {
    transcript_.take(line.text);
    // The answer to another command is no part of the log above it.
    if (auto* own = report_of(line.caller);
        own && !own->event.trace.empty() && trim(line.text).starts_with("crash> "))
        close(static_cast<std::size_t>(own - open_.data()));
    if (auto panic = Transcript::panic_in(line.text)) {
        Line quoted = line;
        quoted.text = *panic;
        quoted.enveloped = true;
        return take_message(quoted);
    }
    take_message(line);
    if (line.enveloped) last_enveloped_ = line.number;
    if (!trim(line.text).empty()) last_filled_ = line.number;
}

void LogReader::take_message(const Line& line) {
    auto in_monitor = [](const OpenReport& report) {
        return !report.event.fact("vector").empty() && report.event.trace.empty();
    };
    if (boots_.take(line, std::ranges::any_of(open_, in_monitor))) close_all();
    if (recent_ && line.number - recent_->event.lines.last > kFollowUpLines) retire();

    auto text = trim_left(line.text);
    if (text.starts_with("------------[ cut here")) {
        cut_here_ = line.number;
        auto own = std::ranges::find(open_, line.caller, &OpenReport::caller);
        if (own != open_.end() && !own->event.trace.empty())
            close(static_cast<std::size_t>(own - open_.begin()));
        return;
    }
    auto candidates = kinds_.candidates(line.text);
    if (candidates.any() && (continue_report(line, candidates))) return;
    auto own = std::ranges::find(open_, line.caller, &OpenReport::caller);
    if (own != open_.end() && is_over(*own, line)) {
        close(static_cast<std::size_t>(own - open_.begin()));
        own = open_.end();
    }
    if (candidates.any() && open_report(line, candidates)) {
        // The first line of a report that lost its header is a fact as well: "RIP: ...".
        if (open_.back().reader->last_resort) read_body(line, open_.back());
        return;
    }
    if (own != open_.end()) read_body(line, *own);
}

void LogReader::close(std::size_t index) {
    retire();
    recent_ = std::move(open_[index]);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
}

void LogReader::retire() {
    if (!recent_) return;
    OpenReport report = std::move(*recent_);
    recent_.reset();
    complete(std::move(report));
}

void LogReader::close_all() {
    while (!open_.empty()) {
        open_.front().body.cut_off(open_.front().event);
        close(0);
    }
    retire();
}

void LogReader::complete(OpenReport report) {
    CrashEvent& event = report.event;
    if (!report.reader->finish || !is_believable(report)) return;
    if (event.kernel.release.empty() && event.boot == boots_.current()) {
        event.kernel.release = boots_.banner().release;
        event.kernel.version = boots_.banner().version;
    }
    if (event.kernel.release.empty() && transcript_.seen()) event.kernel.release = transcript_.release();
    if (const Arch* arch = arch_of(event, report.body.arch())) event.kernel.arch = arch->name;
    find_place(event);
    report.reader->finish(event);
    default_ip(event);
    transcript_.complete(event);
    if (report.reader->last_resort && transcript_.seen()) {
        if (CrashEvent* known = collector_.same_crash(event)) return absorb(*known, event);
    }
    event.severity = std::max(event.severity, usual_severity(event.kind));
    if (event.signature.empty()) sign(event);
    collector_.add(std::move(event));
}

LogContents LogReader::read() {
    while (const Line* line = source_.next()) {
        take(*line);
        if (open_.empty() && !transcript_.seen()) source_.skip_to_trigger();
    }
    close_all();
    LogContents contents;
    // `dis` may have been asked for after the backtrace.
    for (CrashEvent& event : collector_.events()) transcript_.complete(event);
    auto repeated = find_repeated_message(before_, before_time_);
    if (repeated && !collector_.events().empty()) contents.findings.push_back(std::move(*repeated));
    std::ranges::move(find_repeated_reports(collector_.events()), std::back_inserter(contents.findings));
    collector_.finish(contents, boots_.excerpts());
    contents.boots = static_cast<std::uint64_t>(boots_.current()) + 1;
    contents.host = boots_.host();
    contents.banner = boots_.banner();
    contents.excerpts = boots_.excerpts();
    auto primary = std::ranges::find(contents.events, true, &CrashEvent::primary);
    if (primary != contents.events.end()) {
        contents.host.uptime = primary->time;
        if (contents.host.hardware.empty()) contents.host.hardware = primary->hardware;
    }
    transcript_.complete(contents.host);
    if (contents.banner.release.empty()) contents.banner.release = transcript_.release();
    return contents;
}

}  // namespace inquest
