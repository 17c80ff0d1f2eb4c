// Commands that a finding calls for, each with what it tells and what it costs. What is filled into one is
// checked first: root will paste it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/session.h"

namespace inquest {

// Whether a name out of the dump may stand in a command: letters, digits, '_', '-' and '.', not beginning
// with
// '-', at most 64 of them.
bool is_plain_name(std::string_view name);

// slub_debug for one cache; nullopt where its name is not plain (merged caches are called ":0000192").
std::optional<std::string> debug_cache(std::string_view cache);

// A bpftrace line that counts who frees objects of the cache. nullopt where the kernel's tracepoint does not
// tell the cache (before 5.12, 3544de8ee6e4) or the name is not plain.
std::optional<std::string> trace_frees(Session& session, std::string_view cache);

// One that counts who allocates objects of that many bytes, from a cache of its own or (`kmalloc`) by size.
std::string trace_allocations(std::uint64_t size, bool kmalloc);

// One that counts who takes pages from the page allocator.
std::string trace_pages();

}  // namespace inquest
