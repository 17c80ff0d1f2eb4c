#include "crashlog/memory_table.h"

#include <algorithm>

#include "crashlog/header.h"

namespace inquest {
namespace {

// The counters of Mem-Info that explain where the memory is, in pages.
constexpr std::string_view kCounters[] = {
    "active_anon",        "inactive_anon", "active_file", "inactive_file", "unevictable", "slab_reclaimable",
    "slab_unreclaimable", "mapped",        "shmem",       "pagetables",    "free",        "free_cma"};

bool begins_counters(std::string_view text) {
    for (std::string_view start :
         {"active_anon:", "active_file:", "unevictable:", "slab_reclaimable:", "mapped:", "free:"})
        if (text.starts_with(start)) return true;
    return false;
}

// "active_anon:1017 inactive_anon:4711 isolated_anon:0"
void read_counters(const Line& line, std::string_view text, CrashEvent& event) {
    for (auto word : split_words(text)) {
        const auto colon = word.find(':');
        if (colon == word.npos || std::ranges::find(kCounters, word.substr(0, colon)) == std::end(kCounters))
            continue;
        if (parse_dec(word.substr(colon + 1)))
            add_fact(event, line, "pages-" + std::string(word.substr(0, colon)), word.substr(colon + 1));
    }
}

// "Node 0 Normal free:44424kB min:45000kB low:56248kB high:67496kB ..."
bool takes_zone(const Line& line, std::string_view text, CrashEvent& event) {
    if (!text.starts_with("Node ")) return false;
    const auto free = text.find(" free:");
    const auto min = text.find(" min:");
    if (free == text.npos || min == text.npos || free > 40) return false;
    const auto high = text.find(" high:");
    const auto end = high == text.npos ? min : text.find(' ', high + 1);
    add_fact(event, line, "zone " + std::string(text.substr(0, free)),
             text.substr(free + 1, end == text.npos ? end : end - free - 1));
    return true;
}

std::string_view value_behind(std::string_view text, std::string_view name) {
    const auto at = text.find(name);
    if (at == text.npos) return {};
    auto rest = text.substr(at + name.size());
    return rest.substr(0, rest.find_first_of(", "));
}

}  // namespace

bool takes_memory(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.empty()) return false;
    if (begins_counters(text)) {
        read_counters(line, text, event);
        return true;
    }
    if (takes_zone(line, text, event)) return true;
    if (text == "Mem-Info:" || text.starts_with("Node ") || text.starts_with("lowmem_reserve[]:"))
        return true;
    if (text.starts_with("Free swap") || text.starts_with("Total swap")) {
        if (auto equals = text.find('='); equals != text.npos)
            add_fact(event, line, text.front() == 'F' ? "free-swap" : "total-swap", text.substr(equals + 1));
        return true;
    }
    const auto space = text.find(' ');
    if (space != text.npos && is_digit(text.front())) {
        const auto what = text.substr(space + 1);
        if (what == "pages RAM") {
            add_fact(event, line, "ram-pages", text.substr(0, space));
            return true;
        }
        return what == "pages reserved" || what == "total pagecache pages" || what == "pages in swap cache" ||
               what == "pages HighMem/MovableOnly" || what == "pages hwpoisoned" ||
               what == "pages cma reserved";
    }
    return text.starts_with("Swap cache stats:") || text == "Per-node Per-CPU" ||
           text.starts_with("hugepages");
}

void read_allocation(const Line& line, CrashEvent& event) {
    for (auto [name, value] : {std::pair("order", value_behind(line.text, "order=")),
                               std::pair("order", value_behind(line.text, "order:")),
                               std::pair("gfp", value_behind(line.text, "gfp_mask=")),
                               std::pair("gfp", value_behind(line.text, "mode:")),
                               std::pair("oom-score-adj", value_behind(line.text, "oom_score_adj="))})
        if (!value.empty()) add_fact(event, line, name, value);
}

}  // namespace inquest
