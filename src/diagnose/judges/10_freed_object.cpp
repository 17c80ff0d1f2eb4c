// The pointer was read from an object that is free, or leads to one.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

struct Freed {
    Identity object;
    std::uint64_t address = 0;
    bool sure = false;  // the allocator itself says so
    std::string what;
};

std::optional<Freed> freed(Scene& scene, std::uint64_t address) {
    Freed found{scene.identifier.identify(address), address, false, {}};
    const Identity& object = found.object;
    if (object.kind == AddressKind::slab && object.state == ObjectState::free) {
        found.sure = true;
        found.address = object.object;
        found.what = fmt::format("an object of slab cache {} that is free", object.cache);
        return found;
    }
    if (object.kind == AddressKind::page && object.text.starts_with("FREE page")) {
        found.sure = true;
        found.what = "a page that is free";
        return found;
    }
    return std::nullopt;
}

// What the bad pointer was loaded from; where it was no pointer's fault, what it points to.
bool judge(Scene& scene) {
    if (!scene.access) return false;
    const OriginStep* last = scene.origin.last();
    const std::string user = scene.event.ip.symbol.empty() && last
                                 ? with_module(last->function, last->module)
                                 : with_module(scene.event.ip.symbol, scene.event.ip.module);
    Verdict& verdict = scene.event.verdict;
    if (last && last->kind == OriginStep::Kind::loaded && !last->on_stack) {
        const auto& place = last->place ? last->place : last->object;
        auto found = place ? freed(scene, *place) : std::nullopt;
        if (found) {
            const std::string where =
                last->member.empty() ? fmt::format("offset {}", hex(static_cast<std::uint64_t>(last->offset)))
                                     : fmt::format("member {} of {}", last->member, last->type);
            conclude(scene,
                     fmt::format("{} used a pointer that {} had read from {} of {}: use after free", user,
                                 with_module(last->function, last->module), where, found->what),
                     Cause::use_after_free, 0.85);
            verdict.object = {
                .address = found->address, .type = last->type, .cache = found->object.cache, .state = "free"};
            if (last->offset_known && last->offset >= 0)
                verdict.member.offset = static_cast<std::uint64_t>(last->offset);
            verdict.member.path = last->member;
            verdict.evidence.push_back(
                {fmt::format("{}: {}", hex(*place), found->object.text), "memory of the dump"});
            // Whoever handed the object on.
            const auto& frame = scene.frames.frames()[last->frame];
            if (last->base != dataflow::kUnknownValue && frame.flow) {
                const Origin object =
                    origin_of(scene.frames, scene.flows.environment(), last->frame, last->base);
                suspect_origin(scene, object.steps.empty() ? scene.origin : object);
            }
            return true;
        }
    }
    if (!scene.access->pointer_value) return false;
    // Memory that is free is mapped all the same: the access went somewhere else from there.
    auto found = freed(scene, *scene.access->pointer_value);
    if (!found) return false;
    conclude(scene,
             fmt::format("{} accessed {} in {}: use after free", user, describe_member(*scene.access),
                         found->what),
             Cause::use_after_free, 0.6);
    verdict.object = {
        .address = found->address, .type = scene.access->type, .cache = found->object.cache, .state = "free"};
    suspect_origin(scene, scene.origin);
    return true;
}

}  // namespace

extern const Judge plugin_judges_10_freed_object;
const Judge plugin_judges_10_freed_object{"freed-object", judge};

}  // namespace inquest
