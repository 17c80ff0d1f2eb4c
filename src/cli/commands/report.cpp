#include <array>
#include <optional>

#include "cli/answer_log.h"
#include "cli/command.h"
#include "cli/compare.h"
#include "cli/debug_option.h"
#include "cli/knowledge_option.h"
#include "cli/machine.h"
#include "report/renderer.h"

namespace inquest {
namespace {

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const Renderer* renderer : all_renderers()) names.push_back(renderer->name);
    return names;
}

std::vector<std::string_view> check_levels() { return {"none", "default", "all"}; }

constexpr std::array<Option, 13> kOptions{{
    {"--format", "FORMAT", "how to print it", false, format_names},
    {"--brief", "", "text: only the first screen"},
    {"-o,--output", "FILE", "write the answer to FILE, readable by nobody else"},
    {"--kernel", "REL",
     "the release (uname -r) to look up known issues for, where the log has none or another counts"},
    kKnowledgeOption,
    {"--checks", "LEVEL",
     "of a dump: what else is wrong with the machine; none, default, or all, however long it takes", false,
     check_levels},
    {"--compare", "",
     "hold the crashes of several INPUTs against each other: what they share, what tells them apart"},
    kSymbolsOption,
    kDebuginfodOption,
    kSourceOption,
    {"--redact", "", "replace names of hosts, addresses, serial numbers and the like by pseudonyms"},
    {"--all-boots", "", "explain every boot in the log, not only the last one that crashed"},
    {"--list", "", "list the crashes that this machine has kept, and stop"},
}};

constexpr std::string_view kDescription =
    "INPUT is a kernel log in any state (dmesg, serial console, journal, syslog, mail,\n"
    "a paste; compressed or not), - for standard input, or a folder as kdump, ABRT or\n"
    "pstore leaves it. Without INPUT: the newest log in /var/crash, /var/spool/abrt,\n"
    "pstore or the journal's previous boot that holds a crash. A dump (vmcore) alone is\n"
    "enough: its log and stacks are read out of its memory.\n"
    "\n"
    "Several INPUTs give one answer each; with --format json that is one document a\n"
    "line. --format jsonl prints one event a line as it reads, of every boot, in\n"
    "constant memory.\n"
    "\n"
    "Exit status: 0 at least one crash, 1 none (warnings alone: 1), 2 wrong usage or\n"
    "the answer could not be written, 3 an input was unreadable or cut; what could be\n"
    "read is reported.";

Exit complain(const Error& error, Exit status) {
    say(error.message());
    return status;
}

// The status of the whole from those of its inputs: unreadable goes before found, found before nothing.
Exit worse(Exit a, Exit b) {
    if (a == Exit::unreadable || b == Exit::unreadable) return Exit::unreadable;
    return a == Exit::found || b == Exit::found ? Exit::found : Exit::nothing;
}

Exit answer_input(std::span<const std::string> parts, const ReportJob& job) {
    auto input = open_input(parts, job.debug_files);
    if (!input) return complain(input.error(), Exit::unreadable);
    if (!input->note.empty()) say(input->note);
    if (!input->dump && (!job.debug_files.paths.empty() || job.debug_files.debuginfod))
        say(input->path + " is a log: debug files are read for dumps only, and change nothing here");
    return job.renderer->name == "jsonl" ? stream_log(*input, job) : answer_log(*input, job);
}

Exit run(const Arguments& arguments) {
    const auto& inputs = arguments.positional();
    auto output = Output::open(arguments.value("--output"), inputs);
    if (!output) return complain(output.error(), Exit::usage);
    if (arguments.has("--list")) return list_crashes(*output);

    const Knowledge* knowledge = &Knowledge::built_in();
    std::optional<Knowledge> more;
    if (arguments.has("--knowledge")) {
        auto read = knowledge_of(arguments);
        if (!read) return read.error();
        more = std::move(*read);
        knowledge = &*more;
    }
    auto sources = sources_of(arguments);
    if (!sources) return complain(sources.error(), Exit::unreadable);
    const auto groups = group_inputs(inputs);
    Redactor redactor;
    ReportJob job{
        .assemble = {knowledge, arguments.value("--kernel"), arguments.has("--all-boots"),
                     check_level_named(arguments.value("--checks", "default")).value_or(CheckLevel::none),
                     sources->empty() ? nullptr : &*sources},
        .renderer = renderer_named(arguments.value("--format", "text")),
        .look = {.brief = arguments.has("--brief"),
                 .colour = output->colour(),
                 .width = output->width(),
                 .one_line = groups.size() > 1},
        .redactor = arguments.has("--redact") ? &redactor : nullptr,
        .output = &*output,
        .debug_files = debug_files_of(arguments),
    };
    Exit status = Exit::nothing;
    if (arguments.has("--compare")) {
        status = compare_inputs(inputs, job);
        if (auto closed = output->close(); !closed) return complain(closed.error(), Exit::usage);
        return status;
    }
    if (inputs.empty()) status = answer_newest_crash(job);
    for (auto parts : groups) {
        Exit one = answer_input(parts, job);
        if (one == Exit::usage) return one;
        status = worse(status, one);
    }
    if (auto closed = output->close(); !closed) return complain(closed.error(), Exit::usage);
    return status;
}

}  // namespace

extern const Command plugin_commands_report;
const Command plugin_commands_report{
    "report", "Explain the crashes in kernel logs", "[INPUT...]", kDescription, kOptions, run,
};

}  // namespace inquest
