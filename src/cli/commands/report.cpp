#include <algorithm>
#include <array>

#include "cli/assemble.h"
#include "cli/command.h"
#include "cli/output.h"
#include "report/redact.h"
#include "report/renderer.h"

namespace inquest {
namespace {

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const Renderer* renderer : all_renderers()) names.push_back(renderer->name);
    return names;
}

constexpr std::array<Option, 6> kOptions{{
    {"--format", "FORMAT", "how to print it", false, format_names},
    {"--brief", "", "text: only the first screen"},
    {"-o,--output", "FILE", "write the answer to FILE, readable by nobody else"},
    {"--kernel", "REL", "the kernel's release (uname -r), where the log lacks it or is wrong"},
    {"--knowledge", "DIR", "more known issues: every *.yaml below DIR", true},
    {"--redact", "", "replace names of machines, addresses, serials and the like by pseudonyms"},
}};

Exit report_one(const std::string& path, const Renderer& renderer, const AssembleOptions& options,
                const RenderOptions& look, Output& output, bool redacted) {
    auto source = open_log(path);
    if (!source) {
        say(source.error().message());
        return Exit::unreadable;
    }
    Report report = assemble(**source, path, options);
    if (redacted) redact(report);
    auto written = output.write(renderer.render(report, look));
    if (!written) {
        say(written.error().message());
        return Exit::usage;
    }
    for (const std::string& problem : report.problems) say(problem);
    if (!report.problems.empty()) return Exit::unreadable;
    bool crashed =
        std::ranges::any_of(report.events, [](auto& event) { return event.severity >= Severity::error; });
    return crashed ? Exit::found : Exit::nothing;
}

Exit run(const Arguments& arguments) {
    const Renderer* renderer = renderer_named(arguments.value("--format", "text"));
    if (!renderer) {
        say("no such format");
        return Exit::usage;
    }
    Knowledge knowledge = Knowledge::built_in();
    for (const std::string& directory : arguments.values("--knowledge")) {
        if (auto added = knowledge.add_directory(directory); !added) {
            say(added.error().message());
            return Exit::usage;
        }
    }
    auto output = Output::open(arguments.value("--output"), arguments.positional());
    if (!output) {
        say(output.error().message());
        return Exit::usage;
    }
    AssembleOptions options{&knowledge, arguments.value("--kernel"), false};
    RenderOptions look{arguments.has("--brief"), output->colour(), true, output->width()};
    Exit status = Exit::nothing;
    for (const std::string& path : arguments.positional()) {
        Exit one = report_one(path, *renderer, options, look, *output, arguments.has("--redact"));
        if (one == Exit::usage) return one;
        if (one == Exit::unreadable || status == Exit::nothing) status = one;
    }
    return status;
}

}  // namespace

extern const Command plugin_commands_report;
const Command plugin_commands_report{
    "report", "Explain the crashes in kernel logs", "[INPUT...]", "", kOptions, run,
};

}  // namespace inquest
