// "kernel BUG at mm/slub.c:305!", "Kernel BUG at f+0x10", mips "Kernel bug detected[#1]:".
#include "base/scanner.h"
#include "crashlog/die_line.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"kernel BUG at ",        "Kernel BUG at ", "Kernel BUG [#",
                                          "Kernel bug detected[#", "Oops - BUG",     "BUG: failure at "};

std::optional<std::string_view> place_in(std::string_view text) {
    Scanner scanner(trim(text));
    // Architectures without a trap for it say: "BUG: failure at mm/slub.c:305/kfree()!".
    if (!scanner.literal("kernel BUG at ") && !scanner.literal("Kernel BUG at ") &&
        !scanner.literal("BUG: failure at "))
        return std::nullopt;
    auto place = scanner.spaces().word();
    if (place.ends_with('!')) place.remove_suffix(1);
    return place.empty() ? std::nullopt : std::optional(place);
}

bool is_bug_trap(const std::optional<DieLine>& die) {
    return die && (die->what.starts_with("Kernel BUG") || die->what.starts_with("Kernel bug detected") ||
                   die->what == "BUG");
}

bool opens(const Line& line, CrashEvent& event) {
    if (auto place = place_in(line.text)) {
        event.kind = Kind::kernel_bug;
        note(event, "place", *place, line);
        return true;
    }
    auto die = parse_die_line(line.text);
    if (!is_bug_trap(die)) return false;
    event.kind = Kind::kernel_bug;
    take_die_line(*die, line, event);
    return true;
}

// The check that found the damage ends in BUG(): "list_del corruption ..." was the header.
bool continues(const Line& line, CrashEvent& open) {
    auto place = place_in(line.text);
    if (!place) return continue_with_die_line(line, open);
    // PowerPC's monitor says it among the registers.
    if (!open.fact("vector").empty() && open.trace.empty()) {
        // Without the strings of the kernel at hand it prints the line's number alone: ":5521".
        if (open.kind == Kind::kernel_bug && !open.fact("place").ends_with(*place)) return false;
        open.kind = Kind::kernel_bug;
        note(open, "place", *place, line);
        return true;
    }
    // A file system's complaint may come before a BUG(), but is another report.
    if (open.kind == Kind::filesystem_error) return false;
    if (!in_header(open) || (open.kind == Kind::kernel_bug && open.fact("place") != *place)) return false;
    note(open, "place", *place, line);
    open.severity = Severity::fatal;
    return true;
}

void finish(CrashEvent& event) {
    // The checks of socket buffers serve whoever builds the packet.
    static constexpr std::string_view kBuffer[] = {"^skb_"};
    blame(event, kBuffer);
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
