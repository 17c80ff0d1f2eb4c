// The kernel could not mount its root file system.
#include "base/text.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    bool no_device = says(event, "unknown-block(0,0)");
    conclude(event.verdict,
             no_device ? "the kernel found no root device: the initramfs is missing or not loaded, or the "
                         "device's driver is not in it"
                       : "the kernel found the root device but could not mount it: wrong root= or "
                         "rootfstype=, or a damaged or unsupported file system",
             Cause::configuration, no_device ? 0.85 : 0.8);
    event.verdict.next_steps.push_back(
        "boot the previous kernel from the boot menu  # if it starts, only the new kernel's initramfs or "
        "entry is at fault");
    if (no_device)
        event.verdict.next_steps.push_back(
            "ls -l /boot/initramfs-* /boot/initrd.img-*; then dracut -f --kver RELEASE, or update-initramfs "
            "-u -k RELEASE  # from the previous kernel or a rescue system; an empty or cut file comes from a "
            "full /boot");
    else
        event.verdict.next_steps.push_back(
            "compare root= in /proc/cmdline with blkid, and check the file system from a rescue system  # do "
            "not repair before there is a copy");
}

constexpr Kind kKinds[] = {Kind::mount_root_failure};

}  // namespace

extern const Explainer plugin_explainers_mount_root;
const Explainer plugin_explainers_mount_root{"mount-root", kKinds, explain};

}  // namespace inquest
