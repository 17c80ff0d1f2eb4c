// Any bytes as a log, from reading to the explained report: nothing may crash, hang, or grow without limit,
// and the report must agree with itself. fuzz_render has the formats.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cli/assemble.h"
#include "report/redact.h"

using namespace inquest;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto source = open_text({reinterpret_cast<const char*>(data), size});
    Report report =
        assemble(*source, "fuzz", {.knowledge = &Knowledge::built_in(), .kernel = {}, .all_boots = true});
    require(std::ranges::count_if(report.events, &CrashEvent::primary) == (report.events.empty() ? 0 : 1));
    for (const CrashEvent& event : report.events) {
        require(event.id > 0 && event.repeats > 0 && event.lines.first <= event.lines.last);
        require(event.verdict.confidence >= 0 && event.verdict.confidence <= 1);
    }
    for (const IssueMatch& match : report.known_issues)
        for (int id : match.events) require(report.event(id) != nullptr);
    redact(report);
    return 0;
}
