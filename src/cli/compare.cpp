#include "cli/compare.h"

#include <iterator>

#include "kernel/subsystems/memory.h"
#include "report/compare.h"
#include "report/text_writer.h"

namespace inquest {
namespace {

// What the machine had left when it stopped.
void add_memory(std::vector<CrashCase>& cases, DumpInput& dump) {
    if (!dump.session || cases.empty()) return;
    Session& session = *dump.session;
    const MemoryUse use = read_memory_use(session, read_memory_nodes(session), read_swap(session));
    if (auto free = use["MemFree"]) cases.back().free_memory = *free * 1024;
    if (auto total = use["MemTotal"]) cases.back().host.memory = *total * 1024;
}

}  // namespace

Exit compare_inputs(std::span<const std::string> inputs, const ReportJob& job) {
    const std::string_view format = job.renderer->name;
    if (format != "text" && format != "json") {
        say("--compare prints text or json");
        return Exit::usage;
    }
    AssembleOptions assembly = job.assemble;
    assembly.all_boots = true;
    std::vector<CrashCase> cases;
    bool unreadable = false;
    for (auto parts : group_inputs(inputs)) {
        auto input = open_input(parts);
        if (!input) {
            say(input.error().message());
            unreadable = true;
            continue;
        }
        assembly.checks = CheckLevel::none;
        Report report = assemble(*input->source, input->path, assembly, input->dump.get());
        if (job.redactor) job.redactor->apply(report);
        for (const std::string& problem : report.problems) say(problem);
        unreadable |= !report.problems.empty();
        auto found = crash_cases(report);
        if (found.empty()) say(input->path + ": no crash in it");
        if (input->dump) add_memory(found, *input->dump);
        std::move(found.begin(), found.end(), std::back_inserter(cases));
    }
    if (cases.size() < 2) {
        say("a comparison takes two crashes or more; there " +
            std::string(cases.empty() ? "is none" : "is one"));
        return unreadable ? Exit::unreadable : Exit::nothing;
    }
    const Comparison comparison = compare(std::move(cases));
    std::string text;
    if (format == "json") {
        text = comparison_json(comparison);
    } else {
        TextWriter writer(job.look);
        for (const Section& section : compose_comparison(comparison)) writer.section(section);
        text = writer.take();
    }
    if (auto written = job.output->write(text); !written) {
        say(written.error().message());
        return Exit::usage;
    }
    return unreadable ? Exit::unreadable : Exit::found;
}

}  // namespace inquest
