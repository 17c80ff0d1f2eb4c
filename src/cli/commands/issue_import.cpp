#include <algorithm>
#include <array>
#include <fstream>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/quoted_events.h"
#include "knowledge/importer.h"

namespace inquest {
namespace {

constexpr std::array<Option, 2> kOptions{{
    {"-o,--output", "FILE", "the catalogue to write, for --knowledge FILE"},
    {"--all", "", "name every record that a note counts, not the first ten"},
}};

constexpr std::string_view kDescription =
    "Reads a collection of issues that others keep and compiles its facts (ids, commits,\n"
    "versions, files, the functions of the crashes that it quotes) into one FILE. SOURCE\n"
    "is `cna`: PATH is a checkout of the Linux kernel's vulns repository, or JSON Lines.\n"
    "Prints what was read, and which records were not and why. Exit status: 0 all\n"
    "records were read, 1 some were not, 2 wrong usage, 3 PATH was unreadable.";

std::string named(const std::vector<std::string>& records, bool all) {
    static constexpr std::size_t kFew = 10;
    std::vector<std::string> shown(records.begin(),
                                   all || records.size() <= kFew ? records.end() : records.begin() + kFew);
    std::string text = join(shown, ", ");
    return shown.size() < records.size() ? text + ", ..." : text;
}

std::string told(const ImportResult& result, std::size_t bytes, bool all) {
    auto quoting = std::ranges::count_if(result.issues, [](const auto& i) { return !i.crashes.empty(); });
    std::string text = std::to_string(result.records) + " records, " + std::to_string(result.issues.size()) +
                       " issues, " + std::to_string(quoting) + " with a crash to recognise them by, " +
                       std::to_string(bytes) + " bytes\n";
    for (const ImportNote& note : result.notes)
        text +=
            std::to_string(note.records.size()) + " " + note.what + ": " + named(note.records, all) + "\n";
    if (!result.problems.empty()) text += std::to_string(result.problems.size()) + " problems:\n";
    for (const std::string& problem : result.problems) text += escape_for_terminal(problem) + "\n";
    return text;
}

Exit run(const Arguments& arguments) {
    const auto& words = arguments.positional();
    if (words.size() != 2 || !arguments.has("--output")) {
        say("issue import needs a source, a path and -o FILE");
        return Exit::usage;
    }
    auto importers = all_importers();
    auto importer = std::ranges::find(importers, std::string_view(words[0]), &Importer::name);
    if (importer == importers.end()) {
        say("there is no importer '" + words[0] + "'");
        return Exit::usage;
    }
    auto result = (*importer)->read(words[1], quoted_events);
    if (!result) {
        say(result.error().message());
        return Exit::unreadable;
    }
    auto bytes = compile(result->issues, result->source);
    auto output =
        bytes ? Output::open(arguments.value("--output")) : Result<Output>(std::unexpected(bytes.error()));
    auto written = output ? output->write(*bytes) : Result<void>(std::unexpected(output.error()));
    if (written) written = output->close();
    if (!written) {
        say(written.error().message());
        return Exit::usage;
    }
    return answer(told(*result, bytes->size(), arguments.has("--all")),
                  result->problems.empty() ? Exit::found : Exit::nothing);
}

}  // namespace

extern const Command plugin_commands_issue_import;
const Command plugin_commands_issue_import{
    "issue import", "Compile issues that others collect", "SOURCE PATH", kDescription, kOptions, run,
};

}  // namespace inquest
