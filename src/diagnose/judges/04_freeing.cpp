// It died giving memory back: what that memory is.
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "kernel/object.h"
#include "reason/pointer_value.h"

namespace inquest {
namespace {

using namespace diagnose;

// What kmem_cache_free() jumps to for an object of another cache (7.0).
constexpr std::string_view kComplains = "warn_free_bad_obj";

// Functions that free, and which argument is the memory. The outermost on the way is what the caller meant.
struct Freer {
    std::string_view name;
    std::size_t argument;
};
constexpr std::array<Freer, 9> kFreers{{{"kmem_cache_free", 2},
                                        {kComplains, 2},
                                        {"kfree", 1},
                                        {"kvfree", 1},
                                        {"kfree_sensitive", 1},
                                        {"__kmem_cache_free", 2},
                                        {"___cache_free", 2},
                                        {"free_large_kmalloc", 2},
                                        {"__slab_free", 3}}};
constexpr std::size_t kWithin = 5;

bool judge(Scene& scene) {
    std::optional<std::uint64_t> freed;
    std::string function;
    std::size_t at = 0;
    for (std::size_t i = 0; i < std::min(kWithin, scene.frames.frames().size()); ++i) {
        const std::string name = function_of(scene, i);
        for (const Freer& freer : kFreers)
            if (name == freer.name)
                if (auto found = scene.frames.argument(i, freer.argument)) {
                    freed = found->value;
                    function = name;
                    at = i;
                }
        // Something else that freeing led to, as a destructor would.
        if (name.empty() || (at == 0 && i > 2 && !freed)) break;
    }
    if (!freed || function.empty()) return false;
    const auto value = reason::read_pointer(*freed, &scene.input.session.arch());
    if (value.type == reason::PointerValue::Type::error && (scene.access || scene.input.site)) {
        conclude(scene,
                 fmt::format("{} passed {} to {}(), an error code in place of a pointer",
                             function_of(scene, at + 1), value.name, function),
                 Cause::error_pointer, 0.9);
        scene.event.verdict.object = {.address = *freed, .type = {}, .cache = {}, .state = {}};
        scene.event.verdict.member = {};
        suspect_frame(scene, at + 1);
        return true;
    }
    const Identity found = scene.identifier.identify(*freed);
    if ((function == "kmem_cache_free" || function == kComplains) && found.kind == AddressKind::slab) {
        Objects objects(scene.input.session);
        auto cache = scene.frames.argument(at, 1);
        auto given = cache ? objects.at("kmem_cache", cache->value).text("name") : std::nullopt;
        const bool other = given ? *given != found.cache : function == kComplains;
        if (other && found.state != ObjectState::free) {
            conclude(
                scene,
                fmt::format("{} gave {}, an object of slab cache {}, back to {}", function_of(scene, at + 1),
                            hex(*freed), found.cache, given ? "cache " + *given : "another cache"),
                Cause::assertion, 0.85);
            scene.event.verdict.member = {};
            scene.event.verdict.object = {.address = found.object,
                                          .type = {},
                                          .cache = found.cache,
                                          .state = std::string(name_of(found.state))};
            suspect_frame(scene, at + 1);
            return true;
        }
    }
    const std::string who = function_of(scene, at + 1);
    Verdict& verdict = scene.event.verdict;
    if (found.kind == AddressKind::slab && found.state == ObjectState::free && found.offset == 0) {
        conclude(
            scene,
            fmt::format("{} passed {} to {}(), an object of slab cache {} that is free already: double free",
                        who, hex(*freed), function, found.cache),
            Cause::double_free, 0.85);
    } else if (found.kind != AddressKind::slab && found.kind != AddressKind::nothing) {
        conclude(scene,
                 fmt::format("{} passed {} to {}(), which is no object of a slab cache: {}", who, hex(*freed),
                             function, found.text),
                 Cause::not_a_slab_page, 0.85);
    } else {
        return false;
    }
    verdict.object = {.address = *freed, .type = {}, .cache = found.cache, .state = {}};
    if (found.kind == AddressKind::slab) verdict.object.state = name_of(found.state);
    verdict.member = {};
    verdict.evidence.push_back({fmt::format("{}: {}", hex(*freed), found.text), "memory of the dump"});
    suspect_frame(scene, at + 1);
    return true;
}

}  // namespace

extern const Judge plugin_judges_04_freeing;
const Judge plugin_judges_04_freeing{"freeing", judge};

}  // namespace inquest
