// The kernel called a function pointer that nobody had set.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->jump || scene.access->pointer_value != 0) return false;
    const auto& frame = scene.frames.frames()[scene.access->frame];
    const CodeRef caller = scene.input.code.describe(frame.flow->start(), true);
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
