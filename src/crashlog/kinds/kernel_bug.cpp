// "kernel BUG at mm/slub.c:305!"
#include "base/scanner.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"kernel BUG at ", "Kernel BUG at ", "Kernel BUG [verbose"};

std::optional<std::string_view> place_in(std::string_view text) {
    Scanner scanner(trim(text));
    if (!scanner.literal("kernel BUG at ") && !scanner.literal("Kernel BUG at ")) return std::nullopt;
    auto place = scanner.word();
    if (place.ends_with('!')) place.remove_suffix(1);
    return place.empty() ? std::nullopt : std::optional(place);
}

bool opens(const Line& line, CrashEvent& event) {
    auto place = place_in(line.text);
    if (!place) return false;
    event.kind = Kind::kernel_bug;
    note(event, "place", *place, line);
    return true;
}

// The check that found damage ends in BUG().
bool continues(const Line& line, CrashEvent& open) {
    auto place = place_in(line.text);
    if (!place || !open.trace.empty() || !open.ip.empty()) return false;
    if (open.kind == Kind::kernel_bug && open.fact("place") != *place) return false;
    note(open, "place", *place, line);
    open.severity = Severity::fatal;
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    event.title = title_in("kernel BUG", event);
}

}  // namespace

extern const KindReader plugin_kinds_kernel_bug;
const KindReader plugin_kinds_kernel_bug{.name = "kernel_bug",
                                         .triggers = kTriggers,
                                         .opens = opens,
                                         .continues = continues,
                                         .takes = nullptr,
                                         .finish = finish,
                                         .general = true};

}  // namespace inquest
