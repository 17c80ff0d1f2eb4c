#include <array>
#include <csignal>
#include <cstdio>

#include "base/text.h"
#include "cli/debug_option.h"
#include "cli/inspect_run.h"
#include "cli/open_session.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "inspect/completion.h"

namespace inquest {
namespace {

constexpr std::string_view kDescription =
    "Opens a kernel dump and takes inspection commands from a prompt: those of `inquest exec`.\n"
    "`help` lists them, `help COMMAND` explains one, `quit` or the end of the input leaves.\n"
    "Tab completes commands, types, members and symbols; Ctrl-C stops a command. Behind | an\n"
    "answer goes to a shell command: ps | grep xfs; behind > to a file: log > /tmp/log. --json\n"
    "prints an answer as JSON.\n"
    "From a pipe or file there is no prompt: echo bt | inquest shell VMCORE\n"
    "\n"
    "Exit status: 0, or 3 when the dump cannot be read.";

constexpr std::array<Option, 3> kOptions{kSymbolsOption, kDebuginfodOption, kSourceOption};

// The command, and what the system's shell is to do with its answer: what stands behind the first | or the
// first > at the start of a word ("a->b" is an expression) that no quote holds.
std::pair<std::string_view, std::string> split_pipe(std::string_view line) {
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quote) {
            if (line[i] == quote) quote = 0;
        } else if (line[i] == '"' || line[i] == '\'') {
            quote = line[i];
        } else if (line[i] == '|') {
            return {trim(line.substr(0, i)), std::string(trim(line.substr(i + 1)))};
        } else if (line[i] == '>' && i > 0 && is_space(line[i - 1])) {
            return {trim(line.substr(0, i)), "cat " + std::string(line.substr(i))};
        }
    }
    return {trim(line), {}};
}

// False when stdout is gone.
bool write_text(const std::string& text, const std::string& filter) {
    if (text.empty()) return true;
    if (filter.empty()) return answer(text, Exit::found) == Exit::found;
    std::fflush(stdout);
    FILE* pipe = popen(filter.c_str(), "w");
    if (!pipe) {
        say("\"" + filter + "\" cannot be started");
        return true;
    }
    // A filter may have had enough before the end (head); it has been started with the usual disposition.
    auto before = std::signal(SIGPIPE, SIG_IGN);
    std::fwrite(text.data(), 1, text.size(), pipe);
    pclose(pipe);
    std::signal(SIGPIPE, before);
    return true;
}

InspectionOutcome run_words(Workspace& workspace, std::vector<std::string> words) {
    const bool json = take_json(words);
    if (words.empty()) return {};
    auto rest = std::span<const std::string>(words).subspan(1);
    if (words[0] == "help" || words[0] == "?") return help_of_inspections(rest);
    const Inspection* inspection = inspection_named(words[0]);
    return inspection ? run_inspection(*inspection, workspace, rest, json) : unknown_inspection(words[0]);
}

Exit run(const Arguments& arguments) {
    if (arguments.positional().empty()) {
        say("shell takes a dump: inquest shell VMCORE");
        return Exit::usage;
    }
    auto sources = sources_of(arguments);
    if (!sources) {
        say(sources.error().message());
        return Exit::unreadable;
    }
    auto session = open_session(arguments.positional());
    if (!session) {
        say(session.error().message());
        return Exit::unreadable;
    }
    if (auto named = (*session)->use_debug_files(debug_files_of(arguments)); !named) {
        say(named.error().message());
        return Exit::unreadable;
    }
    Workspace workspace(**session, interrupted);
    workspace.use_sources(std::move(*sources));
    Prompt prompt("inquest> ", [&](std::string_view line) {
        Completions found = complete(workspace, line);
        return Prompt::Candidates{found.start, std::move(found.words), found.more};
    });
    if (prompt.interactive()) {
        catch_interrupts();
        say((*session)->facts().format + " of " + (*session)->release() +
            "; help lists the commands, quit leaves");
    }
    for (const std::string& problem : (*session)->facts().problems) say(problem);
    while (auto line = prompt.line()) {
        forget_interrupt();
        auto [command, filter] = split_pipe(*line);
        if (command.starts_with('#')) continue;
        auto words = words_of_line(command);
        if (!words) {
            say(words.error().message());
            continue;
        }
        if (words->empty()) continue;
        if (words->front() == "quit" || words->front() == "exit" || words->front() == "q") break;
        InspectionOutcome outcome = run_words(workspace, std::move(*words));
        if (!write_text(outcome.text, filter)) break;
        for (const std::string& problem : outcome.problems) say(problem);
    }
    return Exit::found;
}

}  // namespace

extern const Command plugin_commands_shell;
const Command plugin_commands_shell{
    "shell", "Inspect a kernel dump at a prompt", "VMCORE...", kDescription, kOptions, run,
};

}  // namespace inquest
