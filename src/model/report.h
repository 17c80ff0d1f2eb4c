// The answer to one input: what `inquest report` prints in every format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace inquest {

struct Input {
    std::string path;    // "-" for standard input
    std::string kind;    // "log" or "vmcore"
    std::string format;  // the envelope seen most: "dmesg", "syslog", "journal-json", "transcript", ...
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
};

struct Host {
    std::string name;
    std::string hardware;
    std::optional<unsigned> cpus;
    std::optional<std::uint64_t> memory;  // bytes
    std::optional<double> uptime;         // seconds, when the primary event happened
};

// A statement about the machine or the log as a whole ("the same WARNING 146 times before the crash").
struct Finding {
    std::string id;  // "repeated-message", "symbols-contradict-release", ...
    std::string title;
    Confidence confidence = 0;
    std::string statement;
    std::vector<int> events;
    std::vector<Evidence> evidence;
    std::vector<std::string> advice;
};

// One check of a dumped machine's state (src/checks): that it was made, and what it could not see.
struct CheckRun {
    std::string id;
    std::string question;  // "settings that shaped this crash"
    std::string not_run;   // why it could not be made on this dump; "" it was
    std::size_t findings = 0;
    std::vector<std::string> limits;
};

enum class IssueStatus : std::uint8_t { affected, fixed, not_affected, unknown };
std::string_view name_of(IssueStatus status);  // "affected", "fixed", "not-affected", "unknown"

struct Remedy {
    std::string action;   // what it does, a sentence
    std::string command;  // complete and safe to paste, or empty; only validated values are filled in
    std::string risk;     // "reboot", "none", "service interruption", ...
};

struct MatchedCondition {
    std::string condition;  // "function _raw_spin_lock"
    std::string evidence;   // "RIP: 0010:_raw_spin_lock+0xc/0x20, log line 47"
};

struct Reference {
    std::string title;
    std::string url;  // may be empty (a commit id in the title)
};

// A race as a picture: what each lane (a CPU, a task) does, one step a row, in order of time.
struct Mechanism {
    struct Step {
        std::size_t lane = 0;  // index in `lanes`
        std::string text;
    };
    std::vector<std::string> lanes;
    std::vector<Step> steps;
    [[nodiscard]] bool empty() const { return steps.empty(); }
};

// A known issue that an event matches.
struct IssueMatch {
    std::string id;
    std::string title;
    Confidence confidence = 0;
    std::vector<int> events;
    IssueStatus status = IssueStatus::unknown;
    std::string status_reason;  // the comparison that was made: "4.19.91-19.1.al7 <= 4.19.91-22.2.al7 (last
                                // affected)"
    std::vector<MatchedCondition> matched;
    std::string cause;      // prose
    std::string mechanism;  // `lanes` drawn in text, at most 76 columns wide; empty when it is no race
    Mechanism lanes;        // the same as data, for formats that draw better
    std::vector<Remedy> remedies;
    std::vector<std::string> affected;  // every range in words, for a reader without a release
    std::vector<Reference> references;
};

struct Report {
    Input input;
    Kernel kernel;  // of the primary event
    Host host;
    std::vector<CrashEvent> events;  // primary boot only, unless all boots were asked for
    std::vector<Finding> findings;
    std::vector<CheckRun> checks;          // of a dump, as --checks asked for
    std::vector<IssueMatch> known_issues;  // best first
    Verdict verdict;                       // of the primary event
    std::vector<std::string>
        problems;  // what could not be read; each ends on stderr and makes the exit status 3
    std::uint64_t boots = 0;
    std::uint64_t events_not_kept = 0;  // past the limit of distinct events only counts are kept

    [[nodiscard]] const CrashEvent* primary() const;
    [[nodiscard]] const CrashEvent* event(int id) const;
};

}  // namespace inquest
