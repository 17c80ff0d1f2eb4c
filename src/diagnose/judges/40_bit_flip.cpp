// A pointer that one bit keeps from being the address of an object.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "kernel/subsystems/vmalloc.h"

namespace inquest {
namespace {

using namespace diagnose;

// Low bits lead into the same object or its neighbour whatever the pointer was.
constexpr unsigned kLowestBit = 12;

bool is_among_areas(const Scene& scene, std::uint64_t address) {
    const VmallocAreas all = read_vmalloc(scene.input.session);
    return !all.areas.empty() && address >= all.areas.front().start && address < all.areas.back().end;
}

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->pointer_value || scene.access->jump) return false;
    const std::uint64_t wrong = *scene.access->pointer_value;
    if (wrong < (std::uint64_t{1} << 48)) return false;  // a number, an address of user space
    const Identity as_it_is = scene.identifier.identify(wrong);
    if (as_it_is.kind != AddressKind::nothing && as_it_is.kind != AddressKind::user) return false;
    // Between what vmalloc() has given and not taken back, what it took back is the likelier story; a flipped
    // bit leads anywhere in that space, which is large.
    const bool vmalloc = is_unmapped_vmalloc(scene, wrong);
    if (vmalloc && is_among_areas(scene, wrong)) return false;
    std::optional<Identity> meant;
    unsigned bit = 0;
    for (unsigned i = kLowestBit; i < 64; ++i) {
        const Identity found = scene.identifier.identify(wrong ^ std::uint64_t{1} << i);
        const bool object =
            found.kind == AddressKind::slab && found.offset == 0 && found.state == ObjectState::allocated;
        if (!object) continue;
        if (meant) return false;  // chance: two objects are one bit away
        meant = found;
        bit = i;
    }
    if (!meant) return false;
    conclude(scene,
             fmt::format(
                 "{} used the pointer {}, which with bit {} the other way is {}, an {}: the bit was flipped",
                 with_module(scene.event.ip.symbol, scene.event.ip.module), hex(wrong), bit,
                 hex(meant->address), meant->text),
             Cause::bit_flip, vmalloc ? 0.65 : 0.75);
    if (vmalloc)
        scene.event.verdict.alternatives.push_back(
            {Cause::use_after_free, 0.3,
             fmt::format("{} lay in memory that vmalloc() had given and vfree() took back", hex(wrong)),
             "whether the machine shows other single-bit errors, or the code keeps such pointers in vmalloc "
             "memory"});
    scene.event.verdict.next_steps.push_back(
        "look for other single-bit errors of this machine (EDAC: grep . "
        "/sys/devices/system/edac/mc/mc*/[uc]e_count; "
        "memtest86+)  # one flipped bit is either memory or a stray write");
    suspect_origin(scene, scene.origin);
    return true;
}

}  // namespace

extern const Judge plugin_judges_40_bit_flip;
const Judge plugin_judges_40_bit_flip{"bit-flip", judge};

}  // namespace inquest
