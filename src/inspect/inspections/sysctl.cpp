#include "kernel/subsystems/sysctl.h"

#include <algorithm>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

// "vm" is everything below vm, "vm.swap" whatever begins so.
bool is_wanted(const SysctlView& setting, const std::vector<std::string>& words) {
    return words.empty() || std::ranges::any_of(words, [&](const std::string& word) {
               return setting.name.starts_with(replace_all(word, "/", "."));
           });
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("sysctl", "av", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    Objects objects(workspace.session());
    auto settings = sysctls(objects);
    if (settings.empty())
        return cannot_tell("the kernel's symbols do not tell where its settings are (sysctl_table_root)");
    InspectionAnswer answer;
    Json::Array all;
    std::size_t computed = 0;
    for (const SysctlView& setting : settings) {
        if (!is_wanted(setting, options->words())) continue;
        Json one;
        one.set("name", setting.name);
        one.set("value", setting.value ? Json(*setting.value) : Json());
        one.set("address", setting.data ? Json(hex(setting.data)) : Json());
        one.set("handler", setting.handler);
        all.push_back(std::move(one));
        computed += !setting.value;
        if (!setting.value && !options->has('a')) continue;
        answer.text += setting.name + " = " +
                       (setting.value ? escape_for_terminal(replace_all(*setting.value, "\t", " "))
                                      : "(computed by " + setting.handler + ")");
        if (options->has('v') && setting.data) answer.text += "  @ " + hex(setting.data);
        answer.text += "\n";
    }
    if (all.empty()) return fail("no setting begins with " + join(options->words(), " or "));
    if (computed && !options->has('a'))
        answer.text += "(" + std::to_string(computed) +
                       " more, which the kernel computes when they are read: sysctl -a)\n";
    answer.json.set("settings", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_sysctl;
const Inspection plugin_inspections_sysctl{
    "sysctl", "[-a] [-v] [NAME]...", "the settings that were in effect",
    "Every setting of /proc/sys, or those that begin with a NAME (vm, kernel.panic, net.ipv4.tcp), with the "
    "value that\n"
    "the kernel held; those of namespaces are the first namespace's.\n"
    "  -a  also those that the kernel computes when they are read, without a value\n"
    "  -v  where each is held\n",
    run};

}  // namespace inquest
