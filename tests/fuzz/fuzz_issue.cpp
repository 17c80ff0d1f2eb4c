// Any text as an issue file, and as a packed issue: read, checked, matched.
#include <cstdint>
#include <string_view>

#include "knowledge/knowledge.h"
#include "knowledge/lint.h"
#include "knowledge/loader.h"
#include "knowledge/mechanism.h"
#include "knowledge/packed.h"
#include "knowledge/yaml.h"

using namespace inquest;

namespace {

CrashEvent some_event() {
    CrashEvent event;
    event.kind = Kind::null_pointer_dereference;
    event.headline = "BUG: unable to handle kernel NULL pointer dereference at 0000000000000088";
    event.ip.symbol = "f";
    event.fault_address = 0x88;
    Frame frame;
    frame.symbol = "g.isra.0";
    event.trace = {frame};
    return event;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const CrashEvent event = some_event();
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto tree = unpack(text); tree && pack(*tree).empty()) __builtin_trap();
    auto tree = parse_yaml(text, "x.yaml");
    if (!tree) return 0;
    auto again = unpack(pack(*tree));
    if (!again || pack(*again) != pack(*tree)) __builtin_trap();
    std::vector<LintProblem> problems;
    Issue issue = read_issue(*tree, "x.yaml", problems);
    lint_texts(issue, problems);
    lint_signature(issue, problems);
    lint_ranges(issue, problems);
    lint_samples(
        issue, [](std::string_view) { return std::vector<CrashEvent>{event}; }, problems);
    draw_mechanism(issue.mechanism, 40);
    return 0;
}
