// Modules that do not come with the kernel: in the trace of a crash, or merely loaded.
#include "base/text.h"
#include "model/symbol.h"
#include "reason/scene.h"
#include "reason/suspect.h"

namespace inquest {
namespace {

using namespace reason;

constexpr std::size_t kMostNamed = 12;

void report_in_trace(Report& report, const CrashEvent& event, const CodeRef& place, bool reliable) {
    bool inside = &place == &event.ip;
    Finding finding;
    finding.id = "out-of-tree-in-trace";
    finding.title =
        "Out-of-tree module " + place.module + (inside ? " is where it happened" : " is in the call trace");
    finding.confidence = reliable ? 0.9 : 0.4;
    finding.statement = bare_function(place.symbol) + " of module " + place.module +
                        (inside     ? " is the faulting function."
                         : reliable ? " is one of its callers."
                                    : " is on the stack, but maybe from earlier calls.");
    finding.statement += " The module is not part of this kernel (" +
                         describe_flags(*event.module(place.module)) + "); its vendor has to look at it.";
    finding.events = {event.id};
    finding.evidence = {
        {place.symbol + " [" + place.module + "]", inside ? "instruction pointer" : "call trace"}};
    finding.advice = {"see whether it still happens without " + place.module +
                      "  # costs what the module is there for"};
    report.findings.push_back(std::move(finding));
}

void report_loaded(Report& report, const CrashEvent& event) {
    std::vector<std::string> names;
    for (const auto& module : event.modules)
        if (module.out_of_tree() || module.proprietary())
            names.push_back(module.name + " (" + describe_flags(module) + ")");
    if (names.empty()) return;
    Finding finding;
    finding.id = "out-of-tree-loaded";
    finding.title = std::to_string(names.size()) +
                    (names.size() == 1 ? " out-of-tree module was" : " out-of-tree modules were") +
                    " loaded, none in the call trace";
    finding.confidence = 0.9;
    if (names.size() > kMostNamed) names.resize(kMostNamed);
    finding.statement = join(names, ", ") + ". Being loaded is no evidence against a module.";
    finding.events = {event.id};
    report.findings.push_back(std::move(finding));
}

void examine(Report& report) {
    const CrashEvent* event = report.primary();
    if (!event) return;
    if (const CodeRef* place = foreign_code(*event, true))
        report_in_trace(report, *event, *place, true);
    else if (const CodeRef* doubtful = foreign_code(*event, false))
        report_in_trace(report, *event, *doubtful, false);
    else
        report_loaded(report, *event);
}

}  // namespace

extern const Examiner plugin_examiners_out_of_tree_code;
const Examiner plugin_examiners_out_of_tree_code{"out-of-tree-code", examine};

}  // namespace inquest
