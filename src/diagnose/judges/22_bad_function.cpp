// The kernel called a function pointer that held something else.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "model/symbol.h"
#include "reason/pointer_value.h"

namespace inquest {
namespace {

using namespace diagnose;
using Type = reason::PointerValue::Type;

// The one bit that makes it the entry of a function.
std::optional<unsigned> flipped_bit(const Scene& scene, std::uint64_t target, CodeRef& meant) {
    std::optional<unsigned> found;
    constexpr unsigned kLowest = 12;  // below, a function's neighbours are near too often
    for (unsigned bit = kLowest; bit < 64; ++bit) {
        const std::uint64_t other = target ^ std::uint64_t{1} << bit;
        if (!scene.input.code.is_text(other)) continue;
        CodeRef place = scene.input.code.describe(other, true);
        if (place.symbol.empty() || place.offset.value_or(1) != 0) continue;
        if (found) return std::nullopt;
        found = bit;
        meant = std::move(place);
    }
    return found;
}

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->jump || !scene.access->pointer_value) return false;
    if (scene.input.code.is_text(*scene.access->pointer_value)) return false;
    CodeRef meant;
    if (auto bit = flipped_bit(scene, *scene.access->pointer_value, meant)) {
        const CodeRef caller = jumped_from(scene);
        conclude(scene,
                 fmt::format("{} called {}, which with bit {} the other way is {}(): the bit was flipped",
                             with_module(caller.symbol, caller.module), hex(*scene.access->pointer_value),
                             *bit, bare_function(meant.symbol)),
                 Cause::bit_flip, 0.75);
        scene.event.verdict.suspect = {caller.module, bare_function(caller.symbol)};
        return true;
    }
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
