// A pointer that one bit keeps from being the address of an object.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

// Low bits lead into the same object or its neighbour whatever the pointer was.
constexpr unsigned kLowestBit = 12;

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->pointer_value || scene.access->jump) return false;
    const std::uint64_t wrong = *scene.access->pointer_value;
    if (wrong < (std::uint64_t{1} << 48)) return false;  // a number, an address of user space
    const Identity as_it_is = scene.identifier.identify(wrong);
    if (as_it_is.kind != AddressKind::nothing && as_it_is.kind != AddressKind::user) return false;
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
             Cause::bit_flip, 0.75);
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
