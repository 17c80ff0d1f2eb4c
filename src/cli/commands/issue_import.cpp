#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/command.h"
#include "cli/knowledge_option.h"
#include "cli/output.h"
#include "cli/quoted_events.h"
#include "knowledge/imported/compile.h"
#include "knowledge/importer.h"
#include "knowledge/written.h"

namespace inquest {
namespace {

constexpr std::array<Option, 4> kOptions{{
    {"-o,--output", "FILE", "the file to write, for --knowledge FILE"},
    {"--knowledge", "DIR|FILE", "put these in too: every *.yaml below DIR, or what was imported before",
     true},
    {"--facts-only", "", "leave hand-written issues out: what others may redistribute"},
    {"--all", "", "name every record that a note counts, not the first ten"},
}};

constexpr std::string_view kDescription =
    "Reads collections that others keep and compiles their facts (ids, commits, versions,\n"
    "files, the functions of the crashes that they quote), with the hand-written issues,\n"
    "into one FILE. Several pairs of SOURCE and PATH go into the same file; of what they\n"
    "say of one issue the later counts, and fixes of distributions add up. A fix in a\n"
    "changelog belongs to the issue whose CVE it names, else to the one whose fix has that\n"
    "subject, among those of the file and of the program.\n"
    "\n"
    "SOURCE is one of\n"
    "  cna               the Linux kernel's CVE records: a checkout of its vulns\n"
    "                    repository, or JSON Lines\n"
    "  osv               a distribution's advisories as OSV JSON\n"
    "  rpm-changelog     a kernel.spec, or what rpm -q --changelog prints\n"
    "  debian-changelog  the changelog.Debian of a kernel package\n"
    "  git               a clone of Linux: commits that quote a crash\n"
    "  solved            a folder of crash reports of your own: NAME.yaml and NAME.log\n"
    "\n"
    "Prints what was read, and which records were not and why. Exit status: 0 all\n"
    "records were read, 1 some were not, 2 wrong usage, 3 a PATH was unreadable.";

std::string named(const std::vector<std::string>& records, bool all) {
    static constexpr std::size_t kFew = 10;
    std::vector<std::string> shown(records.begin(),
                                   all || records.size() <= kFew ? records.end() : records.begin() + kFew);
    std::string text = escape_for_terminal(join(shown, ", "));
    return shown.size() < records.size() ? text + ", ..." : text;
}

std::string told(const ImportResult& result, bool all) {
    std::string text = std::to_string(result.records) + " records";
    if (!result.issues.empty()) {
        auto quoting = std::ranges::count_if(result.issues, [](const auto& i) { return !i.crashes.empty(); });
        text += ", " + std::to_string(result.issues.size()) + " issues, " + std::to_string(quoting) +
                " with a crash to recognise them by";
    }
    if (!result.facts.empty()) text += ", " + std::to_string(result.facts.size()) + " fixes in packages";
    text += "\n";
    for (const ImportNote& note : result.notes)
        text +=
            std::to_string(note.records.size()) + " " + note.what + ": " + named(note.records, all) + "\n";
    if (!result.problems.empty()) text += std::to_string(result.problems.size()) + " problems:\n";
    for (const std::string& problem : result.problems) text += escape_for_terminal(problem) + "\n";
    return text;
}

Exit complain(const Error& error, Exit status) {
    say(error.message());
    return status;
}

// The hand-written issues of the program and of each --knowledge, and what that imported.
Result<Collection> base_of(const Arguments& arguments) {
    Collection all;
    bool written = !arguments.has("--facts-only");
    if (written) all.written = built_in_written();
    for (const std::string& path : arguments.values("--knowledge")) {
        if (Catalogue::is_catalogue(path)) {
            auto catalogue = Catalogue::open(path);
            if (!catalogue) return std::unexpected(catalogue.error());
            append(all, contents_of(*catalogue));
        } else if (auto more = written_below(path); !more) {
            return std::unexpected(more.error());
        } else {
            std::ranges::move(*more, std::back_inserter(all.written));
        }
    }
    if (!written) all.written.clear();
    return all;
}

Exit run(const Arguments& arguments) {
    const auto& words = arguments.positional();
    if (words.size() < 2 || words.size() % 2 != 0 || !arguments.has("--output")) {
        say("issue import needs a source, its path (more of both if you like) and -o FILE");
        return Exit::usage;
    }
    auto all = base_of(arguments);
    if (!all) return complain(all.error(), Exit::unreadable);
    std::string text;
    bool clean = true;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        auto importers = all_importers();
        auto importer = std::ranges::find(importers, std::string_view(words[i]), &Importer::name);
        if (importer == importers.end()) {
            say("there is no importer '" + words[i] + "'");
            return Exit::usage;
        }
        auto result = (*importer)->read(words[i + 1], quoted_events);
        if (!result) return complain(result.error(), Exit::unreadable);
        if (words.size() > 2) text += words[i] + ": ";
        text += told(*result, arguments.has("--all"));
        clean = clean && result->problems.empty();
        append(*all, {{result->source}, std::move(result->issues), std::move(result->facts), {}});
    }
    if (!all->facts.empty()) {
        auto joined = join_facts(*all, {Catalogue::built_in()});
        text += std::to_string(joined.by_cve) + " fixes in packages name a CVE, " +
                std::to_string(joined.by_subject) + " more are known by their subjects\n";
    }
    auto bytes = compile(std::move(*all));
    if (!bytes) return complain(bytes.error(), Exit::usage);
    auto output = Output::open(arguments.value("--output"));
    auto done = output ? output->write(*bytes) : Result<void>(std::unexpected(output.error()));
    if (done) done = output->close();
    if (!done) return complain(done.error(), Exit::usage);
    text += std::to_string(bytes->size()) + " bytes written\n";
    return answer(text, clean ? Exit::found : Exit::nothing);
}

}  // namespace

extern const Command plugin_commands_issue_import;
const Command plugin_commands_issue_import{
    "issue import", "Compile issues that others collect", "SOURCE PATH...", kDescription, kOptions, run,
};

}  // namespace inquest
