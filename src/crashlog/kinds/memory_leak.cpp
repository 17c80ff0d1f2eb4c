// kmemleak: memory that nothing points to any more.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: memory leak", "unreferenced object 0x"};
constexpr std::string_view kAllocating[] = {
    "kmemleak",      "mmap",      "kmem",       "slab",        "alloc",  "create_object", "idr_get",
    "list_lru_init", "kasprintf", "kvasprintf", "pcpu_create", "strdup", "strndup",       "memdup"};

// "unreferenced object 0xffff888009876540 (size 128):"
bool takes_object(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "unreferenced object 0x");
    if (!scan) return false;
    const auto address = scan->hex();
    if (!address || !scan->literal(" (")) return false;
    event.verdict.object.address = address;
    if (scan->literal("size "))
        if (auto size = scan->dec()) add_fact(event, line, "object-size", std::to_string(*size));
    return true;
}

bool opens(const Line& line, CrashEvent& event) {
    auto banner = after_header(line, "BUG: memory leak");
    if (banner ? !trim(banner->rest()).empty() : !takes_object(line, event)) return false;
    open_event(line, event, Kind::memory_leak);
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    return open.kind == Kind::memory_leak && !open.verdict.object.address && takes_object(line, open);
}

// "  comm "wombat", pid 4711, jiffies 4294938271 (age 8.130s)"
bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("comm \"")) {
        event.task.comm = between(text, "comm \"", "\", pid").value_or("");
        Scanner scan(text);
        if (scan.until(", pid "))
            if (auto pid = scan.dec()) event.task.pid = static_cast<int>(*pid & 0x7fffffff);
        if (auto age = between(text, "(age ", ")")) add_fact(event, line, "age", *age);
        return true;
    }
    return text.starts_with("hex dump (first ");
}

void finish(CrashEvent& event) {
    blame_trace(event, event.trace, kAllocating);
    default_ip(event);
    event.title = title_in("memory leak", event);
}

}  // namespace

extern const KindReader plugin_kinds_memory_leak;
const KindReader plugin_kinds_memory_leak{"memory_leak", kTriggers, opens, continues, takes, finish};

}  // namespace inquest
