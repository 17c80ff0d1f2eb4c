#include "cli/machine.h"

#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "cli/store.h"

namespace inquest {
namespace {

std::string local_time(std::int64_t seconds) {
    if (seconds == 0) return "?";
    std::time_t time = seconds;
    std::tm parts{};
    localtime_r(&time, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts)};
}

std::string padded(std::string_view text, std::size_t width) {
    std::string cell(text);
    cell.resize(std::max(width, cell.size()), ' ');
    return cell;
}

}  // namespace

Exit answer_newest_crash(const ReportJob& job, const std::string& root) {
    bool unreadable = false;
    std::size_t looked_at = 0;
    auto complain = [&](const std::string& problem) {
        say(problem);
        unreadable = true;
    };
    auto kept = kept_crashes(root);
    for (const KeptCrash& crash : kept)
        if (!crash.problem.empty()) complain(crash.problem);
    for (const KeptCrash& crash : kept) {
        if (!crash.problem.empty()) continue;
        auto input = open_input(crash.place, job.debug_files);
        if (!input) {
            complain(input.error().message());
            continue;
        }
        ++looked_at;
        Exit status = answer_crash(*input, job);
        if (status == Exit::nothing) continue;
        return status == Exit::found && unreadable ? Exit::unreadable : status;
    }
    say(looked_at == 0
            ? "this machine has kept no log of a crash; name one: inquest report FILE"
            : "no crash in what this machine has kept (inquest report --list shows it); name a log: "
              "inquest report FILE");
    return unreadable ? Exit::unreadable : Exit::nothing;
}

Exit list_crashes(Output& output, const std::string& root) {
    auto kept = kept_crashes(root);
    std::string table;
    bool unreadable = false;
    for (const KeptCrash& crash : kept) {
        if (!crash.problem.empty()) {
            say(crash.problem);
            unreadable = true;
            continue;
        }
        table += padded(local_time(crash.time), 16) + "  " + padded(crash.store, 7) + "  " +
                 escape_for_terminal(crash.place) + (crash.note.empty() ? "" : "  (" + crash.note + ")") +
                 "\n";
    }
    if (auto written = output.write(table); !written) {
        say(written.error().message());
        return Exit::usage;
    }
    if (kept.empty()) say("this machine has kept no log of a crash");
    return unreadable ? Exit::unreadable : table.empty() ? Exit::nothing : Exit::found;
}

}  // namespace inquest
