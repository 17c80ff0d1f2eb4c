// KASAN: an access to memory that is not the accessor's, found by shadow memory or by tags.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/place.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: KASAN:", "BUG: KASan:"};

// Frames of the tag check fault on arm64.
constexpr std::string_view kTagFault[] = {"kernel_fault", "tag_check", "mem_abort", "^el1_", "^el1h_"};
constexpr std::string_view kFreeing[] = {"slab_", "kfree", "vunmap", "vfree"};

struct Headline {
    std::string type;  // "slab-out-of-bounds"
    std::optional<CodeRef> where;
};

std::optional<Headline> read_headline(Scanner scan) {
    const auto rest = scan.spaces().rest();
    Headline read;
    auto end = rest.find(" in ");
    if (end == rest.npos) end = rest.find(" on address");
    if (end == rest.npos) end = rest.find(" at addr");
    if (end == rest.npos || end == 0) return std::nullopt;
    for (char c : rest.substr(0, end))
        if (!is_alnum(c) && c != '-' && c != ' ') return std::nullopt;
    read.type = rest.substr(0, end);
    if (rest.substr(end).starts_with(" in ")) {
        Scanner code(rest.substr(end + 4));
        // "in wombat+0x1/0x2", "in wombat drivers/wombat.c:118 [inline]", "in wombat" and "in 0xffff..." are
        // reports; "in the driver" is prose.
        Frame frame;
        if (scan_source_place(code, frame)) {
            read.where = frame;
        } else if (!code.hex()) {
            frame.symbol = code.symbol();
            if (frame.symbol.empty() || !code.spaces().done()) return std::nullopt;
            read.where = frame;
        }
    }
    return read;
}

std::optional<Headline> read_headline(const Line& line) {
    auto scan = after_header(line, "BUG: KASAN:");
    if (!scan) scan = after_header(line, "BUG: KASan:");
    return scan ? read_headline(*scan) : std::nullopt;
}

bool opens(const Line& line, CrashEvent& event) {
    auto read = read_headline(line);
    if (!read) return false;
    open_event(line, event, Kind::kasan);
    add_fact(event, line, "type", read->type);
    if (read->where) {
        event.ip = *read->where;
        add_fact(event, line, "function", read->where->symbol);
    }
    return true;
}

// Decoded logs have a header for each function that was inlined, innermost first, and the compiled one last.
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::kasan || !open.trace.empty() || open.fault_address) return false;
    auto read = read_headline(line);
    if (!read || !read->where || read->type != open.fact("type") || open.ip.offset) return false;
    for (Fact& fact : open.facts)
        if (fact.name == "function") fact.value = read->where->symbol;
    return true;
}

bool takes_stack(std::string_view text, CrashEvent& event) {
    Scanner scan(text);
    const bool by_task = scan.literal("Allocated by task ") || scan.literal("Freed by task ");
    if (by_task) {
        const auto pid = scan.dec();
        if (!pid) return false;
        Stack& stack = begin_stack(event, text.substr(0, text.find(':')));
        stack.pid = static_cast<int>(*pid & 0x7fffffff);
        if (scan.literal(" on cpu "))
            if (auto cpu = scan.dec()) stack.cpu = static_cast<int>(*cpu & 0xffff);
        return true;
    }
    for (std::string_view title :
         {"Allocated:", "Freed:", "Last potentially related work creation:",
          "Second to last potentially related work creation:", "Last call_rcu():",
          "Second to last call_rcu():", "page last allocated via order ", "page last free "}) {
        if (!text.starts_with(title)) continue;
        begin_stack(event, text.substr(0, text.find(':')));
        return true;
    }
    if (text.starts_with("PID = ") && !event.stacks.empty()) {
        if (auto pid = parse_dec(text.substr(6)))
            event.stacks.back().pid = static_cast<int>(*pid & 0x7fffffff);
        return true;
    }
    return false;
}

bool takes_object(const Line& line, std::string_view text, CrashEvent& event) {
    Scanner scan(text);
    if (scan.literal("The buggy address belongs to the object at ")) {
        event.verdict.object.address = scan.hex();
        return true;
    }
    if (scan.literal("which belongs to the cache ")) {
        event.verdict.object.cache = scan.word();
        if (scan.literal(" of size ")) add_fact(event, line, "object-size", scan.word());
        return true;
    }
    if (scan.literal("The buggy address is located ")) {
        add_fact(event, line, "region", scan.rest());
        return true;
    }
    if (scan.literal("The buggy address belongs to ")) {
        add_fact(event, line, "belongs-to", scan.rest());
        return true;
    }
    return false;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.empty()) return false;
    switch (text.front()) {
        case 'R':
        case 'W':
            return takes_access(line, event);
        case 'T':
        case 'w':
            return takes_object(line, text, event);
        case 'A':
        case 'F':
        case 'L':
        case 'S':
        case 'P':
        case 'p':
            return takes_stack(text, event);
        default:
            return false;
    }
}

void blame_access(CrashEvent& event, NamePatterns also) {
    CodeRef checked;
    checked.symbol = event.fact("function");
    checked.module = event.ip.module;
    const std::string name = bare_function(checked.symbol);
    if (name.empty() || is_plumbing(name) || matches_any(name, also))
        return blame_trace(event, event.trace, also);
    accuse(event, checked, "the access is in it");
}

void finish(CrashEvent& event) {
    const auto type = event.fact("type");
    // A register dump further down is of another moment: the header says who accessed.
    if (auto where = find_code(event.headline)) event.ip = *where;
    if (type.find("invalid-free") != type.npos || type == "double-free") {
        blame_access(event, kFreeing);
        event.title = title_in("KASAN: invalid-free", event);
        return;
    }
    blame_access(event, kTagFault);
    std::string what = "KASAN: " + std::string(type);
    if (event.access == Access::read) what += " Read";
    if (event.access == Access::write) what += " Write";
    const bool whole = event.headline.find(" on address") == std::string::npos;
    event.title = whole ? title_in(what, event) : clean_title(what);
}

}  // namespace

extern const KindReader plugin_kinds_kasan;
const KindReader plugin_kinds_kasan{"kasan", kTriggers, opens, continues, takes, finish};

}  // namespace inquest
