// SLUB and SLAB debugging: an object whose neighbourhood was written, that was freed twice, or to the wrong
// cache.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/slub_line.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG ", "Slab corruption", "slab error in ",
                                          "cache_from_obj: Wrong slab cache", "mm/sl"};

// The checks between the one who frees and the report.
constexpr std::string_view kFreeing[] = {
    "check_bytes", "object_err",  "free_debug",   "free_to_partial",   "^__slab", "^slab",
    "trailer",     "on_freelist", "^alloc_debug", "^free_consistency", "^___slab"};

bool opens_slub(const Line& line, CrashEvent& event) {
    auto slub = parse_slub_line(line);
    if (!slub || slub->complaint.starts_with("Objects")) return false;
    open_event(line, event, Kind::slab_corruption);
    event.verdict.object.cache = slub->cache;
    if (!slub->group.empty()) add_fact(event, line, "memcg", slub->group);
    add_fact(event, line, "complaint", slub->complaint);
    return true;
}

// "Slab corruption (Not tainted): kmalloc-64 start=ffff888009876540, len=64"
bool opens_slab(const Line& line, CrashEvent& event) {
    if (auto scan = after_header(line, "Slab corruption")) {
        if (!scan->until(": ")) return false;
        const auto cache = scan->word();
        if (!scan->literal(" start=")) return false;
        open_event(line, event, Kind::slab_corruption);
        event.verdict.object.cache = cache;
        event.verdict.object.address = scan->hex();
        add_fact(event, line, "complaint", "Slab corruption");
        return true;
    }
    auto scan = after_header(line, "slab error in ");
    if (!scan) return false;
    // "slab error in cache_free_debugcheck(): cache `kmalloc-64': double free, or memory outside object was
    // overwritten"
    const auto function = scan->symbol();
    if (!scan->until("cache `")) return false;
    const auto cache = scan->until("': ");
    if (!cache) return false;
    open_event(line, event, Kind::slab_corruption);
    event.verdict.object.cache = *cache;
    event.ip.symbol = function;
    add_fact(event, line, "complaint", scan->rest());
    return true;
}

// "cache_from_obj: Wrong slab cache. kmalloc-64 but object is from kmalloc-128"
bool opens_wrong_cache(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "cache_from_obj: Wrong slab cache. ");
    if (!scan) return false;
    open_event(line, event, Kind::slab_corruption);
    add_fact(event, line, "complaint", "Wrong slab cache");
    add_fact(event, line, "freed-to", scan->word());
    if (scan->until("object is from ")) event.verdict.object.cache = trim(scan->rest());
    return true;
}

bool opens(const Line& line, CrashEvent& event) {
    return opens_slub(line, event) || opens_slab(line, event) || opens_wrong_cache(line, event);
}

bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::slab_corruption || !open.trace.empty() || !open.fact("place").empty())
        return false;
    auto warning = parse_warning_line(line);
    if (!warning || !warning->place.starts_with("mm/sl")) return false;
    continue_warning(line, *warning, open, Kind::slab_corruption);
    return true;
}

// "Allocated in wombat_open+0x1f/0x80 age=12 cpu=1 pid=4711", with "INFO: " in front on kernels before 5.14
bool takes_history(std::string_view text, CrashEvent& event) {
    Scanner scan(text);
    const bool allocated = scan.literal("Allocated in ");
    if (!allocated && !scan.literal("Freed in ")) return false;
    Stack& stack = begin_stack(event, text.substr(0, text.find(" age=")));
    if (scan.until("cpu="))
        if (auto cpu = scan.dec()) stack.cpu = static_cast<int>(*cpu & 0xffff);
    if (scan.until("pid="))
        if (auto pid = scan.dec()) stack.pid = static_cast<int>(*pid & 0x7fffffff);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    if (text.starts_with("INFO: ")) text.remove_prefix(6);
    if (takes_history(text, event)) return true;
    Scanner scan(text);
    if (scan.literal("Object 0x")) {
        const auto address = scan.hex();
        if (text.find("@offset=") != text.npos) event.verdict.object.address = address;
        return true;
    }
    if (text.starts_with("Slab 0x")) {
        add_fact(event, line, "slab", text.substr(5));
        return true;
    }
    if (text.find("First byte 0x") != text.npos) {
        add_fact(event, line, "bytes", text);
        return true;
    }
    return scan.literal("Bytes b4") || scan.literal("Redzone ") || scan.literal("Padding ") ||
           scan.literal("Object ");
}

void finish(CrashEvent& event) {
    default_ip(event);
    const auto complaint = event.fact("complaint");
    if (complaint == "Wrong slab cache") {
        blame(event);
        event.title = title_in("WARNING", event);
        return;
    }
    blame_trace(event, event.trace, kFreeing);
    const std::string title = "BUG: " + std::string(complaint);
    // Who happens to find the object freed is nobody to name.
    event.title = complaint == "Object already free" ? title : title_in(title, event);
}

}  // namespace

extern const KindReader plugin_kinds_slab;
const KindReader plugin_kinds_slab{"slab", kTriggers, opens, continues, takes, finish};

}  // namespace inquest
