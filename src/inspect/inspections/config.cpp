#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/ikconfig.h"

namespace inquest {
namespace {

struct Setting {
    std::string_view name, value;  // "CONFIG_SLUB", "y"; "n" of one that is not set
};

// nullopt for a heading or an empty line.
std::optional<Setting> setting_of(std::string_view line) {
    constexpr std::string_view kPrefix = "CONFIG_", kNotSet = " is not set";
    if (line.starts_with("# ") && line.ends_with(kNotSet)) {
        line.remove_prefix(2);
        line.remove_suffix(kNotSet.size());
        if (line.starts_with(kPrefix)) return Setting{line, "n"};
        return std::nullopt;
    }
    auto equal = line.find('=');
    if (!line.starts_with(kPrefix) || equal == line.npos) return std::nullopt;
    return Setting{line.substr(0, equal), line.substr(equal + 1)};
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("config", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    Objects objects(workspace.session());
    auto text = kernel_config(objects);
    if (!text) return cannot_tell(text.error().message());
    std::vector<std::string> wanted;
    for (const std::string& word : options->words()) wanted.push_back(to_lower(word));
    std::vector<bool> met(wanted.size());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    for (std::string_view line : split_lines(*text)) {
        auto setting = setting_of(line);
        bool shown = wanted.empty();
        for (std::size_t i = 0; setting && i < wanted.size(); ++i)
            if (contains_ignoring_case(setting->name, wanted[i])) shown = met[i] = true;
        if (!shown) continue;
        answer.text += escape_for_terminal(line) + "\n";
        if (setting) answer.json.set(std::string(setting->name), to_valid_utf8(setting->value));
    }
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (!met[i]) return fail("the kernel's configuration has no option \"" + options->words()[i] + "\"");
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_config;
const Inspection plugin_inspections_config{
    "config", "[NAME]...", "the configuration that the kernel was built with",
    "The whole of it, as /proc/config.gz has it, or the options whose names contain a NAME. It is in the\n"
    "dump when the kernel was built with CONFIG_IKCONFIG, which not every distribution does (Debian does\n"
    "not).\n",
    run};

}  // namespace inquest
