// CONFIG_DEBUG_LIST: the neighbours of a list entry do not point back.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"list_add corruption", "list_del corruption", "list_add double add",
                                          "lib/list_debug.c:"};

// LIST_POISON1 and LIST_POISON2: what list_del leaves in an entry. 64-bit kernels add a base that no address
// has.
std::string_view poison_meaning(std::uint64_t value) {
    switch (value) {
        case 0xdead000000000100:
        case 0x00100100:
        case 0x100:
            return "LIST_POISON1: the entry was deleted already";
        case 0xdead000000000122:
        case 0xdead000000000200:
        case 0x00200200:
        case 0x122:
            return "LIST_POISON2: the entry was deleted already";
        case 0x6b6b6b6b6b6b6b6b:
        case 0x6b6b6b6b:
            return "slab poison: the memory of the entry was freed";
        default:
            return {};
    }
}

void read_complaint(const Line& line, std::string_view complaint, CrashEvent& event) {
    add_fact(event, line, "complaint", complaint);
    // "ffff888009876540->next is LIST_POISON1 (dead000000000100)", "prev->next should be X, but was Y"
    for (std::string_view name : {"LIST_POISON1", "LIST_POISON2"})
        if (complaint.find(name) != complaint.npos)
            return add_fact(event, line, "poison", std::string(name) + ": the entry was deleted already");
    const auto was = complaint.find("but was ");
    if (was == complaint.npos) return;
    Scanner scan(complaint.substr(was + 8));
    if (auto value = scan.hex())
        if (auto meaning = poison_meaning(*value); !meaning.empty()) add_fact(event, line, "poison", meaning);
}

bool opens_complaint(const Line& line, CrashEvent& event) {
    for (std::string_view header : {"list_add corruption", "list_del corruption", "list_add double add"}) {
        auto scan = after_header(line, header);
        if (!scan || !(scan->literal(". ") || scan->literal(", ") || scan->literal(": "))) continue;
        open_event(line, event, Kind::list_corruption);
        read_complaint(line, trim(line.text), event);
        return true;
    }
    return false;
}

// The trap behind the complaint, or alone when that is lost.
bool is_bug(const Line& line) { return after_header(line, "kernel BUG at lib/list_debug.c:").has_value(); }

std::optional<WarningLine> list_warning(const Line& line) {
    auto warning = parse_warning_line(line);
    return warning && warning->place.starts_with("lib/list_debug.c:") ? warning : std::nullopt;
}

bool opens(const Line& line, CrashEvent& event) {
    if (opens_complaint(line, event)) return true;
    if (is_bug(line)) {
        open_event(line, event, Kind::list_corruption);
        return true;
    }
    auto warning = list_warning(line);
    if (!warning) return false;
    open_warning(line, *warning, event, Kind::list_corruption);
    add_fact(event, line, "report", "WARNING");
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::list_corruption || !open.trace.empty()) return false;
    if (is_bug(line)) return true;
    // Before 4.10 the complaint stands behind the WARNING.
    CrashEvent complaint;
    if (open.fact("complaint").empty() && opens_complaint(line, complaint)) {
        read_complaint(line, trim(line.text), open);
        return true;
    }
    auto warning = list_warning(line);
    if (!warning || !open.fact("report").empty()) return false;
    continue_warning(line, *warning, open, Kind::list_corruption);
    add_fact(open, line, "report", "WARNING");
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame(event);
    const bool warning = event.fact("report") == "WARNING";
    event.title = title_in(warning ? "WARNING" : "BUG: corrupted list", event);
}

}  // namespace

extern const KindReader plugin_kinds_list_corruption;
const KindReader plugin_kinds_list_corruption{"list_corruption", kTriggers, opens,
                                              continues,         nullptr,   finish};

}  // namespace inquest
