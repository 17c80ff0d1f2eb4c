// The letters of "Tainted:", in words.
#include "base/text.h"
#include "reason/scene.h"

namespace inquest {
namespace {

using namespace reason;

struct Letter {
    char flag;
    std::string_view meaning;
};

// Documentation/admin-guide/tainted-kernels.rst. G only says that no proprietary module was loaded.
constexpr Letter kLetters[] = {
    {'P', "a proprietary module was loaded"},
    {'F', "a module was loaded by force"},
    {'S', "the processor or the configuration is not one the kernel supports"},
    {'R', "a module was unloaded by force"},
    {'M', "a machine check had been reported"},
    {'B', "a page in a bad state had been found"},
    {'U', "user space asked for the taint"},
    {'D', "the kernel had already crashed (oops or BUG) since boot"},
    {'A', "an ACPI table was overridden"},
    {'W', "a warning had been printed since boot"},
    {'C', "a staging driver was loaded"},
    {'I', "a workaround for a firmware bug is active"},
    {'O', "an out-of-tree module was loaded"},
    {'E', "an unsigned module was loaded"},
    {'L', "a soft lockup had happened since boot"},
    {'K', "the kernel is live-patched"},
    {'T', "the kernel was built with structure randomization, or is a technology preview (RHEL)"},
    {'N', "a test of the kernel ran (KUnit), or a module without support was loaded (SUSE)"},
};

void examine(Report& report) {
    const CrashEvent* event = report.primary();
    if (!event || !event->kernel.taint.known) return;
    std::vector<std::string> meanings;
    for (const auto& [flag, meaning] : kLetters)
        if (event->kernel.taint.has(flag))
            meanings.push_back(std::string(1, flag) + ": " + std::string(meaning));
    if (meanings.empty()) return;
    Finding finding;
    finding.id = "taint";
    finding.title = "The kernel was tainted: " + event->kernel.taint.flags;
    finding.confidence = 0.95;
    finding.statement = join(meanings, "; ") + ".";
    finding.events = {event->id};
    finding.evidence = {{"Tainted: " + event->kernel.taint.flags, log_line(event->lines.first)}};
    if (event->kernel.taint.has('D') || event->kernel.taint.has('W'))
        finding.advice.push_back(
            "look at the earliest warning or oops since boot first: what followed may be its consequence");
    report.findings.push_back(std::move(finding));
}

}  // namespace

extern const Examiner plugin_examiners_taint;
const Examiner plugin_examiners_taint{"taint", examine};

}  // namespace inquest
