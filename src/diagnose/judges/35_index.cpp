// The base of an array is right and the index is not.
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

bool judge(Scene& scene) {
    if (!scene.access || scene.access->jump || scene.access->place.index == kNoRegister) return false;
    const BadAccess& access = *scene.access;
    const dataflow::ActiveFrame& frame = scene.frames.frames()[access.frame];
    const MemoryPlace& place = access.place;
    if (!access.pointer_value || !frame.registers[place.base] || !frame.registers[place.index]) return false;
    const std::uint64_t base = *frame.registers[place.base], index = *frame.registers[place.index];
    const Identity found = scene.identifier.identify(base + static_cast<std::uint64_t>(place.displacement));
    const bool valid = found.kind == AddressKind::slab || found.kind == AddressKind::symbol ||
                       found.kind == AddressKind::task_stack || found.kind == AddressKind::vmalloc;
    if (!valid || access.pointer_value != base) return false;
    // Within the same object it is no index that leads out of it.
    const Identity reached = scene.identifier.identify(base + static_cast<std::uint64_t>(place.displacement) +
                                                       index * place.scale);
    if (reached.kind != AddressKind::nothing && reached.kind != AddressKind::user) return false;
    const auto& names = scene.input.session.arch().convention->names;
    const Origin from =
        origin_of(scene.frames, scene.flows.environment(), access.frame, frame.state.registers[place.index]);
    const OriginStep* last = from.last();
    conclude(
        scene,
        fmt::format("{} used {} ({}) as an index, which leads out of the array behind {} ({}){}",
                    with_module(scene.event.ip.symbol, scene.event.ip.module), hex(index), names[place.index],
                    hex(base), object_text(found), last ? ": " + describe(*last) : ""),
        Cause::wild_pointer, 0.75);
    Verdict& verdict = scene.event.verdict;
    verdict.object.address = base;
    verdict.object.cache = found.cache;
    if (found.kind == AddressKind::slab) verdict.object.state = name_of(found.state);
    if (place.displacement >= 0 && !verdict.member.offset)
        verdict.member.offset = static_cast<std::uint64_t>(place.displacement);
    if (last)
        suspect_origin(scene, from);
    else
        suspect_frame(scene, access.frame);
    return true;
}

}  // namespace

extern const Judge plugin_judges_35_index;
const Judge plugin_judges_35_index{"index", judge};

}  // namespace inquest
