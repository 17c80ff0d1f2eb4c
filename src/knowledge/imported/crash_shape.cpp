#include "knowledge/imported/crash_shape.h"

#include <algorithm>

#include "base/text.h"
#include "model/symbol.h"

namespace inquest {
namespace {

constexpr std::size_t kEnoughReliable = 2;

bool is_name(std::string_view function) { return !function.empty() && !is_digit(function.front()); }

// What went wrong, as far as the kind tells it.
enum class Family : std::uint8_t { any, memory, assertion, locking, stall, resources, computation };

Family family_of(Kind kind) {
    switch (kind) {
        case Kind::warning:
        case Kind::kernel_bug:
        case Kind::objects_remaining:
        case Kind::filesystem_error:
            return Family::assertion;
        case Kind::lockdep:
        case Kind::atomic_sleep:
        case Kind::scheduling_while_atomic:
        case Kind::kcsan:
            return Family::locking;
        case Kind::soft_lockup:
        case Kind::hard_lockup:
        case Kind::rcu_stall:
        case Kind::hung_task:
            return Family::stall;
        case Kind::oom_kill:
        case Kind::oom_panic:
        case Kind::page_allocation_failure:
        case Kind::memory_leak:
            return Family::resources;
        case Kind::divide_error:
        case Kind::ubsan:
            return Family::computation;
        case Kind::other:
        case Kind::panic:
        case Kind::nmi:
        case Kind::invalid_opcode:
            return Family::any;
        default:
            return Family::memory;
    }
}

}  // namespace

CrashShape shape_of(const EventView& view) {
    CrashShape shape;
    shape.kind = view.event.kind;
    shape.guilty = bare_function(view.event.guilty.function);
    auto reliable = std::ranges::count_if(
        view.functions, [](const EventView::Function& f) { return f.reliable && is_name(f.name); });
    bool all = static_cast<std::size_t>(reliable) < kEnoughReliable;
    for (const auto& function : view.functions) {
        if (shape.functions.size() == CrashShape::kMaxFunctions) break;
        if (!is_name(function.name) || (!function.reliable && !all)) continue;
        if (shape.functions.empty() || shape.functions.back() != function.name)
            shape.functions.push_back(function.name);
    }
    return shape;
}

KindFit fit_of(Kind a, Kind b) {
    if (a == b) return KindFit::same;
    Family first = family_of(a);
    Family second = family_of(b);
    if (first == Family::any || second == Family::any || first == second) return KindFit::related;
    // An index or a shift out of bounds becomes a wild pointer where UBSAN does not watch.
    bool computed = first == Family::computation || second == Family::computation;
    bool memory = first == Family::memory || second == Family::memory;
    return computed && memory ? KindFit::related : KindFit::foreign;
}

bool shows_a_victim(Kind kind) {
    return family_of(kind) == Family::stall || kind == Kind::oom_kill || kind == Kind::oom_panic ||
           kind == Kind::page_allocation_failure;
}

}  // namespace inquest
