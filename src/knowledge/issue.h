// A known issue: how to recognise it, which kernels have it, what to do. One YAML file in knowledge/<area>/ is one
// issue; docs/recipes/add-a-known-issue.md tells how to write it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/report.h"

namespace inquest {

// One test on an event.
struct Condition {
    enum class Type : std::uint8_t {
        kind,            // one of `any`
        function,        // of ip, bare name; one of `any`
        frames,          // `any` is an ordered subsequence of the trace; "a|b" are alternatives in one place
        log,             // RE2 pattern on a line of the event's excerpt, headline or facts
        fault_address,   // "0x88", "null" (below a page), "error-pointer", "poison", "user", "kernel", "modules"
        bug_at,          // "lib/idr.c:1163", or the file alone
        module,          // linked in, or in the trace, or last unloaded; one of `any`
        module_in_trace,
        last_unloaded,
        workqueue, comm, arch, offset, error_code,
    } type;
    enum class Role : std::uint8_t { required, supporting, excluding } role = Role::required;
    std::vector<std::string> any;
    double weight = 1;
    unsigned line = 0;   // in its YAML file
};

// A range of versions of one product that has the issue. All bounds are package versions (EVR without epoch, "6.1.176-1",
// "5.10.15"); an empty bound is open.
struct AffectedRange {
    std::string product;          // "upstream", "rhel7", "rhel8", "ubuntu", "debian", "alinux2", "openeuler", "suse", "uos", "tencent", ...
    std::string introduced;       // first version that has it
    std::string fixed;            // first version that does not
    std::string last_affected;    // "X or earlier"; then `fixed` is empty
    std::string fixed_after;      // fixed in some version above X, not known which
    std::string evidence;         // where that is from
    bool never = false;           // the product never had it
    unsigned line = 0;
};

struct RemedyRule {
    enum class Type : std::uint8_t { upgrade, livepatch, sysctl, boot_parameter, unload_module, report, other } type;
    std::string action;
    std::string command;          // {release}, {build}, {module}, {fixed} are filled in from validated values
    std::string risk;
    std::string product;          // only for this product; empty: any
    std::string from, to;         // only for these versions (inclusive), as for live patches
    unsigned line = 0;
};

struct IssueSample {
    std::string name;
    std::string log;
    bool matches = true;          // false: a near miss that must not match
    std::string status;           // expected, "" not tested
    unsigned line = 0;
};

struct Issue {
    std::string id, title, area;
    std::string severity;
    std::vector<Condition> signature;
    std::vector<AffectedRange> affected;
    std::string cause, mechanism;
    std::vector<RemedyRule> remedies;
    struct Upstream { std::string commit, title, mainline; std::string note; };
    std::vector<Upstream> upstream;
    std::vector<Reference> references;
    Confidence confidence = 0.9;  // that the issue's facts are right
    std::string provenance, licence;
    std::vector<IssueSample> samples;
    std::string file;
};

}  // namespace inquest
