// The kernel called a function pointer that held something else.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "reason/pointer_value.h"

namespace inquest {
namespace {

using namespace diagnose;
using Type = reason::PointerValue::Type;

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->jump || !scene.access->pointer_value) return false;
    const auto value = reason::read_pointer(*scene.access->pointer_value, &scene.input.session.arch());
    const bool wrong = value.type == Type::text || value.type == Type::non_canonical ||
                       value.type == Type::user || value.type == Type::error;
    if (!wrong) return false;
    const CodeRef caller = jumped_from(scene);
    const std::string member = describe_member(*scene.access);
    conclude(scene,
             fmt::format("{} called {} as a function{}{}", with_module(caller.symbol, caller.module),
                         value.name.empty() ? hex(*scene.access->pointer_value) : value.name,
                         member.empty() ? "" : ", out of ", member),
             value.type == Type::error ? Cause::error_pointer : Cause::wild_pointer, 0.75);
    scene.event.verdict.suspect = {caller.module, caller.symbol};
    return true;
}

}  // namespace

extern const Judge plugin_judges_22_bad_function;
const Judge plugin_judges_22_bad_function{"bad-function", judge};

}  // namespace inquest
