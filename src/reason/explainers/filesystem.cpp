// A file system found itself damaged or lost its disk.
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    bool io = says(event, "I/O error") || says(event, "metadata I/O") || says(event, "log I/O");
    conclude(event.verdict,
             io ? "the file system could not read or write its disk"
                : "the file system found its own data inconsistent",
             Cause::unknown, 0.75);
    event.verdict.next_steps.push_back(
        "dmesg | grep -iE 'I/O error|medium|reset|timeout'; smartctl -a DEVICE  # is the disk at fault? "
        "costs nothing");
    if (!io)
        event.verdict.next_steps.push_back(
            "check the unmounted file system read-only first (xfs_repair -n, e2fsck -n, btrfs check)  # "
            "downtime; make a copy before any repair");
}

constexpr Kind kKinds[] = {Kind::filesystem_error};

}  // namespace

extern const Explainer plugin_explainers_filesystem;
const Explainer plugin_explainers_filesystem{"filesystem", kKinds, explain};

}  // namespace inquest
