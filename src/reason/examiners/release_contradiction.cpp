// Function names that the release in the log cannot have: the version string was edited, or the kernel is a
// custom build.
#include "base/scanner.h"
#include "model/symbol.h"
#include "reason/scene.h"

namespace inquest {
namespace {

using namespace reason;

struct Version {
    unsigned major = 0, minor = 0;
    friend auto operator<=>(const Version&, const Version&) = default;
};

struct Introduced {
    std::string_view symbol;
    Version version;  // of the first upstream release that has it
};

// Names of core functions that vendors do not carry back: they came with renamings and rewrites.
constexpr Introduced kIntroduced[] = {
    {"do_execveat_common", {3, 19}},
    {"entry_SYSCALL_64_fastpath", {4, 2}},
    {"call_usermodehelper_exec_async", {4, 4}},
    {"do_syscall_64", {4, 6}},
    {"exc_page_fault", {5, 8}},
    {"asm_exc_page_fault", {5, 8}},
};

std::optional<Version> upstream_version(std::string_view release) {
    Scanner scanner(release);
    auto major = scanner.dec();
    if (!major || !scanner.literal(".")) return std::nullopt;
    auto minor = scanner.dec();
    if (!minor || *major > 99 || *minor > 999) return std::nullopt;
    return Version{static_cast<unsigned>(*major), static_cast<unsigned>(*minor)};
}

constexpr std::size_t kMostFindings = 5;

std::optional<Finding> contradiction_in(const CrashEvent& event) {
    auto version = upstream_version(event.kernel.release);
    if (!version) return std::nullopt;
    Finding finding;
    for (const auto& frame : event.trace) {
        if (!frame.reliable) continue;
        for (const auto& known : kIntroduced) {
            if (bare_function(frame.symbol) != known.symbol || *version >= known.version) continue;
            finding.evidence.push_back({std::string(known.symbol) + " first came with Linux " +
                                            std::to_string(known.version.major) + "." +
                                            std::to_string(known.version.minor),
                                        "call trace"});
        }
    }
    if (finding.evidence.empty()) return std::nullopt;
    finding.id = "symbols-contradict-release";
    finding.title = "The trace holds functions that " + event.kernel.release + " should not have";
    finding.confidence = finding.evidence.size() > 1 ? 0.7 : 0.6;
    finding.statement =
        "The version string was changed, or the kernel was built from a later base than its name says. "
        "Whether it is affected by a known issue cannot be told from this release.";
    finding.events = {event.id};
    finding.advice = {"ask whoever built this kernel for its true base: rpm -qi kernel, /proc/version"};
    return finding;
}

void examine(Report& report) {
    std::size_t found = 0;
    for (const auto& event : report.events) {
        auto finding = contradiction_in(event);
        if (!finding) continue;
        report.findings.push_back(std::move(*finding));
        if (++found == kMostFindings) return;
    }
}

}  // namespace

extern const Examiner plugin_examiners_release_contradiction;
const Examiner plugin_examiners_release_contradiction{"release-contradiction", examine};

}  // namespace inquest
