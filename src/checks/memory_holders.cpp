#include "checks/memory_holders.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"
#include "checks/next_steps.h"
#include "kernel/structure.h"
#include "kernel/subsystems/page_cache.h"
#include "kernel/subsystems/slab.h"
#include "kernel/subsystems/vma.h"

namespace inquest {
namespace {

constexpr std::size_t kShownParts = 6, kShownProcesses = 5, kShownCaches = 3, kShownFiles = 3;
constexpr std::uint64_t kMuch = 5;  // more than that part of all memory is worth a closer look
constexpr std::string_view kUnaccounted =
    "not accounted for (pages that drivers and the kernel took for themselves)";

std::uint64_t less(std::uint64_t from, std::uint64_t what) { return from - std::min(from, what); }

std::uint64_t total_of(const MemoryState& state) { return std::max<std::uint64_t>(state.kb("MemTotal"), 1); }

void add_parts(const MemoryState& state, Finding& finding) {
    const std::uint64_t total = total_of(state);
    for (std::size_t i = 0; i < std::min(state.parts.size(), kShownParts); ++i) {
        const MemoryPart& part = state.parts[i];
        if (part.kb * 100 < total) break;  // under 1% explains nothing
        finding.evidence.push_back(
            {fmt::format("{}: {} ({}%{})", part.name, megabytes(part.kb), part.kb * 100 / total,
                         part.reclaimable && part.name != "free" ? ", reclaimable" : ""),
             "as /proc/meminfo counts"});
        if (part.name == kUnaccounted && part.kb * kMuch > total) finding.advice.push_back(trace_pages());
    }
}

void add_processes(CheckContext& context, const MemoryState& state, Finding& finding) {
    auto processes = process_memory(context);
    for (std::size_t i = 0; i < std::min(processes.size(), kShownProcesses); ++i) {
        const ProcessMemory& one = processes[i];
        if ((one.anon + one.shmem + one.swap) * 100 < total_of(state)) break;
        finding.evidence.push_back(
            {fmt::format("{} (pid {}): {} anonymous, {} shared memory, {} of files, {} in swap", one.comm,
                         one.pid, megabytes(one.anon), megabytes(one.shmem), megabytes(one.file),
                         megabytes(one.swap)),
             fmt::format("its mm's counters, oom_score_adj {}", one.oom_score_adj)});
    }
}

std::string users_of(const CachedFile& file) {
    if (file.users.empty()) return "nobody has it open";
    const FileUser& first = file.users.front();
    std::string text = fmt::format("used by {} (pid {})", first.comm, first.pid);
    if (file.users.size() > 1) text += fmt::format(" and {} more", file.users.size() - 1);
    return text;
}

void add_files(CheckContext& context, const MemoryState& state, Finding& finding) {
    const std::uint64_t total = total_of(state);
    if ((state.kb("Cached") + state.kb("Buffers")) * kMuch < total) return;
    Objects objects(context.session);
    const unsigned to_kb = context.session.tables().page_shift - 10;
    for (const CachedFile& file : page_cache(objects, context.tasks, kShownFiles).largest) {
        const std::uint64_t kb = file.pages << to_kb;
        if (kb * 100 < total) break;
        finding.evidence.push_back({fmt::format("cached file {}: {} of {}, {}", file.path, megabytes(kb),
                                                file.filesystem, users_of(file)),
                                    "address_space at " + hex(file.mapping)});
    }
}

void add_caches(CheckContext& context, const MemoryState& state, Finding& finding) {
    const std::uint64_t total = total_of(state);
    auto slabs = SlabAllocator::find(context.session);
    if (!slabs || state.kb("Slab") * 10 < total) return;  // under a tenth is no lead
    std::vector<std::pair<std::uint64_t, const SlabCache*>> caches;
    const std::uint64_t page_kb = slabs->pages().page_size() / 1024;
    for (const SlabCache& cache : slabs->caches())
        caches.emplace_back(slabs->slab_count(cache) * cache.pages_per_slab * page_kb, &cache);
    std::ranges::sort(caches, std::ranges::greater{});
    for (std::size_t i = 0; i < std::min(caches.size(), kShownCaches); ++i)
        finding.evidence.push_back(
            {fmt::format("slab cache {}: {}", caches[i].second->name, megabytes(caches[i].first)),
             "its nodes' counts"});
    if (caches.empty()) return;
    // One that is larger than all that can be reclaimed cannot be.
    if (const auto& [kb, cache] = caches.front(); kb > state.kb("SReclaimable") && kb * kMuch > total)
        finding.advice.push_back(trace_allocations(cache->size, cache->name.starts_with("kmalloc-")));
}

}  // namespace

std::string megabytes(std::uint64_t kb) {
    if (kb < 10 * 1024) return fmt::format("{:.1f} MB", static_cast<double>(kb) / 1024);
    std::string digits = std::to_string(kb / 1024);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits + " MB";
}

MemoryState memory_state(Session& session) {
    MemoryState state{read_memory_nodes(session), read_swap(session), {}, {}};
    state.use = read_memory_use(session, state.nodes, state.swap);
    auto kb = [&](std::string_view name) { return state.kb(name); };
    state.parts = {
        {"free", kb("MemFree"), true},
        {"anonymous memory of processes", kb("AnonPages"), false},
        {"tmpfs and shared memory", kb("Shmem"), false},
        {"page cache of files", less(kb("Cached") + kb("Buffers"), kb("Shmem")), true},
        {"slab caches, reclaimable", kb("SReclaimable"), true},
        {"slab caches, not reclaimable", kb("SUnreclaim"), false},
        {"huge pages set aside (hugetlb)", kb("Hugetlb"), false},
        {"page tables", kb("PageTables") + kb("SecPageTables"), false},
        {"per-CPU memory", kb("Percpu"), false},
    };
    // Stacks are areas of vmalloc with CONFIG_VMAP_STACK, and counted there.
    if (Structure(session, "task_struct").has("stack_vm_area")) {
        state.parts.push_back({"vmalloc, with the stacks of tasks", kb("VmallocUsed"), false});
    } else {
        state.parts.push_back({"vmalloc", kb("VmallocUsed"), false});
        state.parts.push_back({"stacks of tasks", kb("KernelStack"), false});
    }
    std::uint64_t known = 0;
    for (const MemoryPart& part : state.parts) known += part.kb;
    state.parts.push_back({std::string(kUnaccounted), less(kb("MemTotal"), known), false});
    std::ranges::stable_sort(state.parts, std::ranges::greater{}, &MemoryPart::kb);
    return state;
}

std::vector<ProcessMemory> process_memory(CheckContext& context) {
    Objects objects(context.session);
    const ThreadsByMm threads(objects, context.tasks);
    Structure task_layout(context.session, "task_struct"), signal(context.session, "signal_struct");
    const unsigned to_kb = context.session.tables().page_shift - 10;
    auto kilobytes = [&](std::int64_t pages) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(pages, 0)) << to_kb;
    };
    std::unordered_set<std::uint64_t> seen;
    std::vector<ProcessMemory> found;
    for (const TaskView& task : context.tasks.tasks) {
        if (task.kernel_thread) continue;
        auto space = address_space(objects, threads, task, false);
        if (space.mm == 0 || !space.exact || !seen.insert(space.mm).second) continue;
        ProcessMemory one{.pid = task.tgid, .comm = task.comm};
        one.anon = kilobytes(space.exact->anon);
        one.file = kilobytes(space.exact->file);
        one.shmem = kilobytes(space.exact->shmem);
        one.swap = kilobytes(space.exact->swap);
        if (auto shared = task_layout.get(task.address, "signal"); shared && *shared)
            one.oom_score_adj = static_cast<int>(signal.get_signed(*shared, "oom_score_adj").value_or(0));
        found.push_back(std::move(one));
    }
    std::ranges::stable_sort(found, std::ranges::greater{},
                             [](const ProcessMemory& one) { return one.anon + one.shmem + one.swap; });
    return found;
}

void add_holders(CheckContext& context, const MemoryState& state, Finding& finding) {
    add_parts(state, finding);
    add_processes(context, state, finding);
    add_files(context, state, finding);
    add_caches(context, state, finding);
}

}  // namespace inquest
