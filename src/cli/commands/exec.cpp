#include <array>

#include "cli/debug_option.h"
#include "cli/inspect_run.h"
#include "cli/open_session.h"
#include "cli/output.h"

namespace inquest {
namespace {

constexpr std::string_view kDescription =
    "Runs one inspection command on a kernel dump, which alone is enough: symbols, types\n"
    "and unwind tables are read out of it. `inquest exec VMCORE help` lists the commands,\n"
    "`inquest exec VMCORE help COMMAND` explains one. --json prints any answer as JSON.\n"
    "`inquest shell VMCORE` takes the same commands at a prompt. Several VMCOREs are the parts\n"
    "of one dump that makedumpfile split.\n"
    "\n"
    "Exit status: 0 answered, 2 no such command or wrong usage, 3 the dump or a part of it\n"
    "that the answer needs cannot be read; what can be is printed.";

constexpr std::array<Option, 4> kOptions{{
    kSymbolsOption,
    kDebuginfodOption,
    kSourceOption,
    {"--json", "", "print the answer as JSON"},
}};

Exit tell(const InspectionOutcome& outcome) {
    Exit status = outcome.text.empty() ? outcome.status : answer(outcome.text, outcome.status);
    for (const std::string& problem : outcome.problems) say(problem);
    return status;
}

Exit run(const Arguments& arguments) {
    std::vector<std::string> words = arguments.positional();
    const bool json = take_json(words) || arguments.has("--json");
    const auto files = files_of_dump(words);
    if (files.size() == words.size()) {
        say("exec takes a dump and a command: inquest exec VMCORE bt");
        return Exit::usage;
    }
    const std::string& command = words[files.size()];
    auto rest = std::span<const std::string>(words).subspan(files.size() + 1);
    if (command == "help") return tell(help_of_inspections(rest));
    const Inspection* inspection = inspection_named(command);
    if (!inspection) return tell(unknown_inspection(command));
    auto sources = sources_of(arguments);
    if (!sources) {
        say(sources.error().message());
        return Exit::unreadable;
    }
    auto session = open_session(files);
    if (!session) {
        say(session.error().message());
        return Exit::unreadable;
    }
    if (auto named = (*session)->use_debug_files(debug_files_of(arguments)); !named) {
        say(named.error().message());
        return Exit::unreadable;
    }
    Workspace workspace(**session);
    workspace.use_sources(std::move(*sources));
    Exit status = tell(run_inspection(*inspection, workspace, rest, json));
    for (const std::string& note : (*session)->debug_files().notes()) say(note);
    return status;
}

}  // namespace

extern const Command plugin_commands_exec;
const Command plugin_commands_exec{
    "exec",
    "Run one inspection command on a kernel dump",
    "VMCORE... COMMAND...",
    kDescription,
    kOptions,
    run,
    true,
};

}  // namespace inquest
