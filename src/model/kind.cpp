#include "model/kind.h"

#include <array>

namespace inquest {
namespace {

struct KindEntry {
    std::string_view name;
    Severity severity;
};

constexpr auto W = Severity::warning;
constexpr auto E = Severity::error;
constexpr auto F = Severity::fatal;

constexpr std::array<KindEntry, 43> kKinds{{
    {"null-pointer-dereference", F},
    {"bad-page-fault", F},
    {"general-protection-fault", F},
    {"bad-instruction-fetch", F},
    {"divide-error", F},
    {"invalid-opcode", F},
    {"kernel-bug", F},
    {"warning", W},
    {"panic", F},
    {"double-fault", F},
    {"stack-overflow", F},
    {"list-corruption", E},
    {"refcount", W},
    {"slab-corruption", E},
    {"use-after-free", E},
    {"out-of-bounds", E},
    {"double-free", E},
    {"kasan", E},
    {"kmsan", E},
    {"kcsan", W},
    {"kfence", E},
    {"ubsan", W},
    {"lockdep", W},
    {"atomic-sleep", W},
    {"scheduling-while-atomic", E},
    {"soft-lockup", E},
    {"hard-lockup", E},
    {"rcu-stall", E},
    {"hung-task", E},
    {"oom-kill", W},
    {"oom-panic", F},
    {"page-allocation-failure", W},
    {"bad-page-state", E},
    {"memory-leak", W},
    {"machine-check", F},
    {"hardware-error", W},
    {"nmi", W},
    {"filesystem-error", E},
    {"mount-root-failure", F},
    {"sysrq-crash", F},
    {"objects-remaining", E},
    {"external-abort", F},
    {"other", E},
}};
static_assert(kKinds.size() == static_cast<std::size_t>(Kind::other) + 1);

constexpr std::array<std::string_view, 25> kCauses{{
    "null-argument",   "unset-function-pointer", "use-after-free",
    "double-free",     "refcount-underflow",     "refcount-leak",
    "not-a-slab-page", "rcu-recycled-object",    "stale-module-text",
    "stack-overflow",  "wild-pointer",           "bit-flip",
    "list-corruption", "lock-deadlock",          "lock-misuse",
    "lockup",          "memory-exhaustion",      "memory-leak",
    "error-pointer",   "divide-by-zero",         "assertion",
    "hardware",        "configuration",          "deliberate",
    "unknown",
}};
static_assert(kCauses.size() == static_cast<std::size_t>(Cause::unknown) + 1);

}  // namespace

std::string_view name_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }
std::string_view name_of(Cause cause) { return kCauses[static_cast<std::size_t>(cause)]; }
std::string_view name_of(Severity severity) {
    static constexpr std::array<std::string_view, 4> kNames{"info", "warning", "error", "fatal"};
    return kNames[static_cast<std::size_t>(severity)];
}

std::optional<Kind> kind_named(std::string_view name) {
    for (std::size_t i = 0; i < kKinds.size(); ++i)
        if (kKinds[i].name == name) return static_cast<Kind>(i);
    return std::nullopt;
}

std::optional<Cause> cause_named(std::string_view name) {
    for (std::size_t i = 0; i < kCauses.size(); ++i)
        if (kCauses[i] == name) return static_cast<Cause>(i);
    return std::nullopt;
}

Severity usual_severity(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].severity; }

}  // namespace inquest
