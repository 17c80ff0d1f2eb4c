// The kernel called what had been a module's code.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

constexpr std::size_t kLongestName = 56;  // MODULE_NAME_LEN

// kernel/module/tracking.c; the name is the first member (a plain array up to 5.16).
std::string last_unloaded(Session& session) {
    auto name = session.symbols().address_of("last_unloaded_module");
    std::string text = name ? session.read_string(*name, kLongestName) : std::string();
    const bool valid = std::ranges::all_of(
        text, [](char c) { return is_digit(c) || c == '_' || c == '-' || is_lower(c) || is_upper(c); });
    return valid ? text : std::string();
}

bool in_module_area(const Scene& scene, std::uint64_t address) {
    if (scene.input.session.arch().name == "x86_64") {
        for (const AddressRange& range : scene.input.session.arch().ranges)
            if (range.name == "modules") return address >= range.first && address <= range.last;
        return false;
    }
    // arm64 has modules near each other.
    constexpr std::uint64_t kNear = std::uint64_t{128} << 20;
    for (const ModuleView& module : scene.input.code.modules().modules)
        if (address - module.text + kNear < 2 * kNear) return true;
    return false;
}

bool judge(Scene& scene) {
    if (!scene.access || !scene.access->jump || !scene.access->pointer_value) return false;
    const std::uint64_t target = *scene.access->pointer_value;
    if (!in_module_area(scene, target) || scene.input.code.is_text(target)) return false;
    const std::string name =
        scene.event.last_unloaded.empty() ? last_unloaded(scene.input.session) : scene.event.last_unloaded;
    // A kernel whose symbols lead to the name and has none there never unloaded a module.
    const bool unknown = !scene.input.session.symbols().address_of("last_unloaded_module");
    if (name.empty() && (!unknown || scene.input.session.read_as<char>(target))) return false;
    const CodeRef caller = jumped_from(scene);
    const std::string who = with_module(caller.symbol, caller.module);
    if (name.empty()) {
        conclude(
            scene,
            fmt::format(
                "{} called {}, which lies among the modules' code where none is loaded: most likely that "
                "of one that was unloaded",
                who, hex(target)),
            Cause::stale_module_text, 0.6);
        scene.event.verdict.alternatives.push_back(
            {Cause::wild_pointer, 0.3,
             "the function pointer was overwritten by a number that leads there by chance",
             "whether a module was unloaded before (journalctl -k, /var/log)"});
    } else {
        conclude(scene,
                 fmt::format("{} called {}, where a module had been: the last one unloaded is {}", who,
                             hex(target), name),
                 Cause::stale_module_text, 0.75);
    }
    scene.event.verdict.suspect = {caller.module, caller.symbol};
    return true;
}

}  // namespace

extern const Judge plugin_judges_21_stale_text;
const Judge plugin_judges_21_stale_text{"stale-text", judge};

}  // namespace inquest
