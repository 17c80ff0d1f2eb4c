// A pointer that leads nowhere: the object that it was read from, and who handed it over.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->pointer_value || scene.origin.steps.empty()) return false;
    Verdict& verdict = scene.event.verdict;
    const OriginStep& last = *scene.origin.last();
    const bool loaded = last.kind == OriginStep::Kind::loaded && !last.on_stack;
    if (verdict.cause == Cause::unknown && is_unmapped_vmalloc(scene, *scene.access->pointer_value))
        conclude(
            scene,
            fmt::format(
                "{} used {}, an address of the vmalloc space where nothing is mapped: most likely it was "
                "freed (vfree)",
                with_module(scene.event.ip.symbol, scene.event.ip.module), hex(*scene.access->pointer_value)),
            Cause::use_after_free, 0.6);
    if (verdict.cause == Cause::unknown) return false;
    if (loaded) {
        // The member that held the pointer is what is wrong, rather than what was looked for behind it.
        verdict.object.address = last.object;
        verdict.object.type = last.type;
        verdict.member.path = last.member;
        verdict.member.offset.reset();
        if (last.offset_known && last.offset >= 0)
            verdict.member.offset = static_cast<std::uint64_t>(last.offset);
        if (last.object) {
            const Identity found = scene.identifier.identify(*last.object);
            verdict.object.cache = found.cache;
            if (found.kind == AddressKind::slab) verdict.object.state = name_of(found.state);
        }
    }
    suspect_origin(scene, scene.origin);
    return true;
}

}  // namespace

extern const Judge plugin_judges_90_wild_pointer;
const Judge plugin_judges_90_wild_pointer{"wild-pointer", judge};

}  // namespace inquest
