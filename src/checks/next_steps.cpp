#include "checks/next_steps.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/structure.h"

namespace inquest {

bool is_plain_name(std::string_view name) {
    constexpr std::size_t kLongest = 64;
    return !name.empty() && name.size() <= kLongest && name.front() != '-' &&
           std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

std::optional<std::string> debug_cache(std::string_view cache) {
    if (!is_plain_name(cache)) return std::nullopt;
    return fmt::format(
        "slub_debug=FZPU,{}  # on the kernel's command line: catches the next such write with the stacks of "
        "who allocated and freed the object; needs a reboot, slows this cache down",
        cache);
}

std::optional<std::string> trace_frees(Session& session, std::string_view cache) {
    Structure event(session, "trace_event_raw_kmem_cache_free");
    if (!is_plain_name(cache) || (!event.has("__data_loc_name") && !event.has("name"))) return std::nullopt;
    return fmt::format(
        "bpftrace -e 'tracepoint:kmem:kmem_cache_free /str(args->name) == \"{}\"/ {{ @[kstack(8)] = count(); "
        "}} interval:s:60 {{ exit(); }}'  # who frees objects of this cache: one of them is too early; no "
        "reboot, about 1 us for each object freed on the machine, for one minute",
        cache);
}

std::string trace_allocations(std::uint64_t size, bool kmalloc) {
    return fmt::format(
        "bpftrace -e 'tracepoint:kmem:{} /args->bytes_alloc == {}/ {{ @[kstack(8)] = count(); }} "
        "interval:s:60 {{ exit(); }}'  # who allocates objects of that size, also of other caches; no "
        "reboot, "
        "about 1 us for each object allocated on the machine, for one minute",
        kmalloc ? "kmalloc" : "kmem_cache_alloc", size);
}

std::string trace_pages() {
    return "bpftrace -e 'tracepoint:kmem:mm_page_alloc { @pages[kstack(8)] = sum(1 << args->order); } "
           "interval:s:30 { exit(); }'  # who takes pages, whether or not they are given back; no reboot, "
           "about "
           "1 us for each allocation, for half a minute";
}

}  // namespace inquest
