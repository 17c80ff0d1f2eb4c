#include <algorithm>

#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

constexpr std::string_view kDescription =
    "Runs one inspection command on a kernel dump, which alone is enough: symbols, types\n"
    "and unwind tables are read out of it. `inquest exec VMCORE help` lists the commands,\n"
    "`inquest exec VMCORE help COMMAND` explains one. --json prints any answer as JSON.\n"
    "\n"
    "Exit status: 0 answered, 2 no such command or wrong usage, 3 the dump or a part of it\n"
    "that the answer needs cannot be read; what can be is printed.";

std::string list_of_commands() {
    std::string text = "Commands:\n";
    for (const Inspection* inspection : all_inspections()) {
        std::string name(inspection->name);
        name.resize(std::max<std::size_t>(name.size() + 1, 10), ' ');
        text.append("  ").append(name).append(inspection->summary).append("\n");
    }
    return text;
}

std::string help_of(const Inspection& inspection) {
    return "usage: " + std::string(inspection.name) +
           (inspection.usage.empty() ? "" : " " + std::string(inspection.usage)) + "\n\n" +
           std::string(inspection.summary) + "\n\n" + std::string(inspection.description) + "\n";
}

Exit unknown(const std::string& typed) {
    std::vector<std::string_view> names;
    for (const Inspection* inspection : all_inspections()) names.push_back(inspection->name);
    auto meant = nearest(typed, names);
    say("no inspection command \"" + typed + "\"" +
        (meant.empty() ? "; exec VMCORE help lists them" : "; did you mean \"" + std::string(meant) + "\"?"));
    return Exit::usage;
}

Exit help(std::span<const std::string> words) {
    if (words.empty()) return answer(list_of_commands(), Exit::found);
    const Inspection* inspection = inspection_named(words[0]);
    return inspection ? answer(help_of(*inspection), Exit::found) : unknown(words[0]);
}

Exit run(const Arguments& arguments) {
    std::vector<std::string> words = arguments.positional();
    const bool json = std::erase(words, "--json") > 0;
    if (words.size() < 2) {
        say("exec takes a dump and a command: inquest exec VMCORE bt");
        return Exit::usage;
    }
    auto rest = std::span(words).subspan(2);
    if (words[1] == "help") return help(rest);
    const Inspection* inspection = inspection_named(words[1]);
    if (!inspection) return unknown(words[1]);
    auto session = Session::open(words[0]);
    if (!session) {
        say(session.error().message());
        return Exit::unreadable;
    }
    Workspace workspace(**session);
    auto found = inspection->run(workspace, rest);
    if (!found) {
        say(std::string(inspection->name) + ": " + found.error().message());
        return Exit::usage;
    }
    Exit status = found->problems.empty() ? Exit::found : Exit::unreadable;
    status = answer(json ? found->json.dump(2) + "\n" : found->text, status);
    for (const std::string& problem : found->problems) say(problem);
    return status;
}

}  // namespace

extern const Command plugin_commands_exec;
const Command plugin_commands_exec{
    "exec", "Run one inspection command on a kernel dump", "VMCORE COMMAND...", kDescription, {}, run, true,
};

}  // namespace inquest
