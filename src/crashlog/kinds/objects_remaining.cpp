// A slab cache destroyed while objects of it are in use.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/slub_line.h"
#include "crashlog/title.h"
#include "crashlog/warning_line.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"): Objects", ": Objects remaining on ",
                                          "Slab cache still has objects", "mm/sl"};
constexpr std::string_view kDestroying[] = {"slab", "shutdown_cache", "^free_partial", "^list_slab",
                                            "^rcu_barrier"};

// "BUG wombat_cache (Tainted: G    B): Objects remaining in wombat_cache on __kmem_cache_shutdown()",
// "kmem_cache_destroy wombat_cache: Slab cache still has objects"
bool opens(const Line& line, CrashEvent& event) {
    std::string_view cache;
    if (auto slub = parse_slub_line(line); slub && slub->complaint.starts_with("Objects")) {
        cache = slub->cache;
        if (!slub->group.empty()) add_fact(event, line, "memcg", slub->group);
    } else if (auto destroy = after_header(line, "kmem_cache_destroy ")) {
        cache = destroy->until(": Slab cache still has objects").value_or("");
    }
    if (cache.empty()) return false;
    open_event(line, event, Kind::objects_remaining);
    event.verdict.object.cache = cache;
    return true;
}

// SLUB's list comes first, then the destroyer complains.
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::objects_remaining) return false;
    if (auto warning = parse_warning_line(line)) {
        if (!open.trace.empty() || !warning->place.starts_with("mm/sl")) return false;
        continue_warning(line, *warning, open, Kind::objects_remaining);
        return true;
    }
    return line.text.find(kTriggers[1]) != line.text.npos &&
           line.text.find(open.verdict.object.cache) != line.text.npos;
}

bool takes(const Line& line, CrashEvent& event) {
    auto text = trim(line.text);
    if (text.starts_with("INFO: ")) text.remove_prefix(6);
    if (text.starts_with("Object 0x")) {
        add_fact(event, line, "object", text.substr(7));
        return true;
    }
    if (text.starts_with("Slab 0x")) {
        add_fact(event, line, "slab", text.substr(5));
        return true;
    }
    if (text.starts_with("Allocated in ")) {
        begin_stack(event, text.substr(0, text.find(" age=")));
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace, kDestroying);
    event.title = title_in("BUG: Objects remaining in " + event.verdict.object.cache, event);
}

}  // namespace

extern const KindReader plugin_kinds_objects_remaining;
const KindReader plugin_kinds_objects_remaining{"objects_remaining", kTriggers, opens,
                                                continues,           takes,     finish};

}  // namespace inquest
