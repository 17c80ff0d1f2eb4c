// One event with everything that its machine code and registers tell: what the explainers work on.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arch/arch.h"
#include "model/report.h"
#include "reason/fault_code.h"

namespace inquest {
namespace reason {

struct Scene {
    CrashEvent& event;
    const Arch* arch = nullptr;          // nullptr: the log does not tell
    std::optional<Decoded> instruction;  // the faulting one, from Code: or from text
    std::vector<Decoded> before;         // those that led to it in a straight line, in order
    bool from_entry = false;             // `before` starts at the function's first instruction
    std::optional<FaultCode> fault;
};

}  // namespace reason

// How one family of kinds is explained. One file in explainers/ is one family.
struct Explainer {
    std::string_view name;
    std::span<const Kind> kinds;
    // Fills in event.verdict. Must leave cause `unknown` where the evidence does not tell.
    void (*explain)(reason::Scene& scene);
};
std::span<const Explainer* const> all_explainers();

// A statement about the log as a whole. One file in examiners/ is one of them.
struct Examiner {
    std::string_view name;
    void (*examine)(Report& report);
};
std::span<const Examiner* const> all_examiners();

namespace reason {

// The event's architecture: as the parser found it, else by release, else by the names of its registers.
const Arch* arch_of(const CrashEvent& event);

// The function in which it happened: its bare name, "the kernel" without one.
std::string where(const CrashEvent& event);
// "ceph_aio_read [ceph]", "vfs_read".
std::string with_module(const CodeRef& place);
// The function that called the one of `event.ip`: the innermost reliable frame below it; nullptr when
// unknown.
const Frame* caller(const CrashEvent& event);

void add_evidence(Verdict& verdict, std::string text, std::string source);
// "log line 212"; "log" without a number.
std::string log_line(std::uint64_t line);
// Sets summary, cause and confidence together.
void conclude(Verdict& verdict, std::string summary, Cause cause, Confidence confidence);

}  // namespace reason
}  // namespace inquest
