// A known issue: how to recognise it, which kernels have it, what to do. One YAML file in knowledge/<area>/
// is one issue; docs/recipes/add-a-known-issue.md tells how to write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"

namespace inquest {

// One test on an event. Function names are bare (model/symbol.h).
struct Condition {
    enum class Type : std::uint8_t {
        kind,      // the event's kind is one of `any`
        function,  // where the instruction pointer was: one of `any`; "0x0" is an address without a symbol
        caller,    // the innermost reliable frame that is not `function` itself is one of `any`
        frames,  // `any` is an ordered subsequence of function and trace; "a|b" are alternatives in one place
        log,     // an RE2 pattern of `any` is found in a line that belongs to the event
        fault_address,    // "0x88", or "null" (below a page), "error-pointer", "poison", "user", "kernel",
                          // "modules"
        bug_at,           // "lib/idr.c:1163", or the file alone
        module,           // one of `any` is loaded, in the trace, or was the last one unloaded
        module_in_trace,  // a frame is in one of `any`
        last_unloaded,    // one of `any` was the last module unloaded
        workqueue,        // one of `any` is named in the "Workqueue:" line
        comm,             // the task's name is one of `any`; a trailing '*' matches the rest
        arch,
        offset,      // of the instruction, "0xc", or "0xc/0x20" with the function's size: a fingerprint of a
                     // build, so it may only support
        error_code,  // of a page fault, or ESR, as a hexadecimal number
    };
    enum class Role : std::uint8_t { required, supporting, excluding };

    Type type = Type::kind;
    Role role = Role::required;
    std::vector<std::string> any;
    double weight = 1;
    unsigned line = 0;  // in its YAML file
};
std::string_view name_of(Condition::Type type);  // "fault_address"

// A range of versions of one product that has the issue. All bounds are package versions (EVR without epoch,
// "6.1.176-1", "5.10.15"); an empty bound is open.
struct AffectedRange {
    std::string product;  // "upstream", "rhel7", "rhel8", "ubuntu", "debian", "alinux2", "openeuler", "suse",
                          // "uos", "tencent", ...; "any" when the kernel's version does not matter
    std::string introduced;     // first version that has it
    std::string fixed;          // first version that does not
    std::string last_affected;  // "X or earlier"; then `fixed` is empty
    std::string fixed_after;    // fixed in some version above X, not known which
    std::string evidence;       // where that is from
    bool never = false;         // the product never had it
    // What is known of versions in front of `fixed` when `introduced` is open: that all have it; that those
    // of the same stream have it; nothing, since who tells of the fix does not tell of the bug.
    enum class Before : std::uint8_t { affected, affected_in_stream, unknown } before = Before::affected;
    unsigned line = 0;
};

struct RemedyRule {
    enum class Type : std::uint8_t {
        upgrade,
        livepatch,
        sysctl,
        boot_parameter,
        unload_module,
        report,
        other
    };

    Type type = Type::other;
    std::string action;
    std::string command;  // {release}, {build}, {module}, {fixed} are filled in from validated values
    std::string risk;
    std::string product;   // only for this product; empty: any
    std::string from, to;  // only for these versions (inclusive), as for live patches
    unsigned line = 0;
};
std::string_view name_of(RemedyRule::Type type);  // "boot_parameter"

// A log that must match, or a near miss that must not.
struct IssueSample {
    std::string name;
    std::string log;
    bool matches = true;
    std::string status;  // expected IssueStatus by name, "" not tested
    unsigned line = 0;
};

struct UpstreamCommit {
    std::string commit;  // 12 to 40 hexadecimal digits; empty when only the title is known
    std::string title;
    std::string mainline;  // first release that has it
    std::string note;      // doubts, follow-ups, what introduced the bug
};

struct Issue {
    std::string id, title, area;
    Severity severity = Severity::fatal;
    std::vector<Condition> signature;
    std::vector<AffectedRange> affected;
    std::string cause;
    Mechanism mechanism;
    std::vector<RemedyRule> remedies;
    std::vector<UpstreamCommit> upstream;
    std::vector<Reference> references;
    Confidence confidence = 0.9;  // that an event of this signature has this cause
    std::string provenance, licence;
    std::vector<IssueSample> samples;
    std::string file;
};

// Something wrong in an issue file.
struct LintProblem {
    std::string file;
    unsigned line = 0;
    std::string message;
};
std::string text_of(const LintProblem& problem);  // "FILE:LINE: MESSAGE"

}  // namespace inquest
