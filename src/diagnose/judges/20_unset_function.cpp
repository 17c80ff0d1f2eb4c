// The kernel called a function pointer that nobody had set.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "kernel/object.h"

namespace inquest {
namespace {

using namespace diagnose;

// A worker runs a copy of its work item's function: the item is what was not set up.
void blame_work_item(Scene& scene) {
    if (scene.access->type != "struct worker") return;
    // The function is called out of the worker itself, or out of a register that was loaded from there.
    std::optional<std::uint64_t> worker;
    if (!scene.origin.steps.empty()) worker = scene.origin.last()->object;
    if (scene.access->reg.empty())
        if (auto held = scene.frames.find(scene.access->frame, scene.access->pointer)) worker = held->value;
    Objects objects(scene.input.session);
    auto work = worker ? objects.at("worker", *worker).get("current_work") : std::nullopt;
    if (!work || *work == 0) return;
    scene.access->type = "struct work_struct";
    scene.access->member = "func";
    scene.access->offset = objects.offset_of("work_struct", "func");
    scene.access->pointer_value = work;
    const Identity found = scene.identifier.identify(*work);
    scene.event.verdict.object.address = work;
    scene.event.verdict.object.cache = found.cache;
    scene.event.verdict.evidence.push_back(
        {fmt::format("the work item is at {}: {}", hex(*work), found.text), "worker's current_work"});
}

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->jump || scene.access->pointer_value != 0) return false;
    blame_work_item(scene);
    const CodeRef caller = jumped_from(scene);
    std::string which = "a function pointer";
    if (!scene.access->member.empty())
        which = fmt::format("{}.{}", scene.access->type, scene.access->member);
    else if (scene.access->offset)
        which = fmt::format("the function pointer at offset {} of an object", hex(*scene.access->offset));
    conclude(scene,
             fmt::format("{} called {}, which is NULL", with_module(caller.symbol, caller.module), which),
             Cause::unset_function_pointer, 0.9);
    scene.event.verdict.suspect = {caller.module, caller.symbol};
    return true;
}

}  // namespace

extern const Judge plugin_judges_20_unset_function;
const Judge plugin_judges_20_unset_function{"unset-function", judge};

}  // namespace inquest
