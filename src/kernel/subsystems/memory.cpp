#include "kernel/subsystems/memory.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/exported.h"
#include "kernel/percpu.h"
#include "kernel/structure.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostHugeSizes = 16;

// nr_blockdev_pages(): the page cache of block devices, whose inodes are those of one super block.
std::optional<std::uint64_t> buffer_pages(Session& session) {
    Structure super(session, "super_block"), inode(session, "inode"), space(session, "address_space");
    auto root = read_global(session, "blockdev_superblock");
    auto head = super.offset("s_inodes"), link = inode.offset("i_sb_list");
    if (!root || !head || !link) return std::nullopt;
    Walk inodes =
        walk_list(session.words(), {.start = *root + *head, .offset = *link, .embedded = true, .head = true},
                  [] { return false; });
    if (!inodes.problems.empty()) return std::nullopt;
    std::uint64_t pages = 0;
    for (const WalkedEntry& entry : inodes.entries) {
        auto mapping = inode.get(entry.address, "i_mapping");
        auto count = mapping ? space.get(*mapping, "nrpages") : std::nullopt;
        if (!count) return std::nullopt;
        pages += *count;
    }
    return pages;
}

// percpu_counter_sum_positive()
std::optional<std::uint64_t> counter_sum(Session& session, std::string_view name) {
    Structure counter(session, "percpu_counter");
    auto address = session.symbols().address_of(name);
    auto shared = address ? counter.get_signed(*address, "count") : std::nullopt;
    auto per_cpu = address ? counter.get(*address, "counters") : std::nullopt;
    if (!shared || !per_cpu) return std::nullopt;
    std::int64_t sum = *shared;
    for (std::uint64_t offset : per_cpu_offsets(session)) {
        auto part = session.read_as<std::int32_t>(*per_cpu + offset);
        if (!part) return std::nullopt;
        sum += *part;
    }
    return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

class Accountant {
  public:
    Accountant(Session& session, const MemoryNodes& nodes, const Swap& swap, MemoryUse& use)
        : session_(session), nodes_(nodes), swap_(swap), use_(use) {
        page_kb_ = (std::uint64_t{1} << session.tables().page_shift) / 1024;
    }

    void all() {
        auto place = find_exported(session_, "_totalram_pages");
        const auto total = place ? session_.read_pointer(*place) : std::nullopt;
        huge_pages();
        pages("MemTotal", total);
        pages("MemFree", zone("NR_FREE_PAGES"));
        pages("MemAvailable", available());
        page_cache();
        lists();
        pages("SwapTotal", swapping() ? std::optional(swap_.total) : std::nullopt);
        pages("SwapFree", swapping() ? std::optional(swap_.free) : std::nullopt);
        compressed_swap();
        pages("Dirty", node("NR_FILE_DIRTY"));
        pages("Writeback", node("NR_WRITEBACK"));
        pages("AnonPages", node("NR_ANON_MAPPED"));
        pages("Mapped", node("NR_FILE_MAPPED"));
        pages("Shmem", node("NR_SHMEM"));
        kernel_memory();
        pages("CommitLimit", commit_limit(total));
        pages("Committed_AS", counter_sum(session_, "vm_committed_as"));
        vmalloc();
        pages("HardwareCorrupted", read_global(session_, "num_poisoned_pages"), Missing::is_other_kernel);
        huge_mappings();
        if (enumerator(session_, "migratetype", "MIGRATE_CMA")) {  // CONFIG_CMA
            pages("CmaTotal", read_global(session_, "totalcma_pages"));
            pages("CmaFree", zone("NR_FREE_CMA_PAGES"));
        }
        pages_if_counted("Unaccepted", nodes_.zone_counters, "NR_UNACCEPTED");
        pages_if_counted("Balloon", nodes_.node_counters, "NR_BALLOON_PAGES");
        pages_if_counted("GPUActive", nodes_.node_counters, "NR_GPU_ACTIVE");
        pages_if_counted("GPUReclaim", nodes_.node_counters, "NR_GPU_RECLAIM");
        std::ranges::copy(huge_figures_, std::back_inserter(use_.figures));
        direct_map();
    }

    [[nodiscard]] std::string missing() const { return join(missing_, ", "); }

  private:
    enum class Missing : std::uint8_t { is_said, is_other_kernel };

    void put(std::string name, std::uint64_t value, bool is_size = true) {
        use_.figures.push_back({std::move(name), value, is_size});
    }
    void pages(std::string name, std::optional<std::uint64_t> count, Missing when = Missing::is_said) {
        if (count) {
            put(std::move(name), *count * page_kb_);
        } else if (when == Missing::is_said) {
            missing_.push_back(std::move(name));
        }
    }
    void pages_if_counted(std::string name, const std::vector<Counter>& counters, std::string_view counter) {
        if (const Counter* found = find_counter(counters, counter))
            put(std::move(name), found->printed * page_kb_);
    }

    [[nodiscard]] std::optional<std::uint64_t> zone(std::string_view name) const {
        const Counter* counter = find_counter(nodes_.zone_counters, name);
        return counter ? std::optional(counter->printed) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint64_t> node(std::string_view name) const {
        const Counter* counter = find_counter(nodes_.node_counters, name);
        return counter ? std::optional(counter->printed) : std::nullopt;
    }
    [[nodiscard]] bool swapping() const { return swap_.problems.empty(); }

    // si_mem_available()
    [[nodiscard]] std::optional<std::uint64_t> available() const {
        auto reserve = read_global(session_, "totalreserve_pages");
        auto free = zone("NR_FREE_PAGES"), active = node("NR_ACTIVE_FILE"),
             inactive = node("NR_INACTIVE_FILE"), slab = node("NR_SLAB_RECLAIMABLE_B");
        if (!reserve || !free || !active || !inactive || !slab) return std::nullopt;
        std::uint64_t low = 0;
        for (const NodeView& one : nodes_.nodes)
            for (const ZoneView& each : one.zones) low += each.low;
        const std::uint64_t cache = *active + *inactive,
                            other = *slab + node("NR_KERNEL_MISC_RECLAIMABLE").value_or(0);
        auto sum = static_cast<std::int64_t>(*free + cache - std::min(cache / 2, low) + other -
                                             std::min(other / 2, low) - *reserve);
        return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
    }

    void page_cache() {
        auto buffers = buffer_pages(session_), file = node("NR_FILE_PAGES");
        // NR_SWAPCACHE since 5.12 (b6038942480e).
        auto counted = node("NR_SWAPCACHE");
        auto cached = counted ? counted : swapping() ? std::optional(swap_.cached) : std::nullopt;
        pages("Buffers", buffers);
        if (buffers && file && cached) {
            put("Cached", (*file > *cached + *buffers ? *file - *cached - *buffers : 0) * page_kb_);
        } else {
            missing_.emplace_back("Cached");
        }
        pages("SwapCached", cached);
    }

    void lists() {
        auto anon = node("NR_ACTIVE_ANON"), idle_anon = node("NR_INACTIVE_ANON"),
             file = node("NR_ACTIVE_FILE"), idle_file = node("NR_INACTIVE_FILE");
        auto sum = [](auto one, auto other) {
            return one && other ? std::optional(*one + *other) : std::nullopt;
        };
        pages("Active", sum(anon, file));
        pages("Inactive", sum(idle_anon, idle_file));
        pages("Active(anon)", anon);
        pages("Inactive(anon)", idle_anon);
        pages("Active(file)", file);
        pages("Inactive(file)", idle_file);
        pages("Unevictable", node("NR_UNEVICTABLE"));
        pages("Mlocked", zone("NR_MLOCK"));
    }

    // Since 5.19 (f6498b776d28). From 6.9 on the size is the sum of the pools'; without a page stored it is
    // 0.
    void compressed_swap() {
        auto stored = read_global(session_, "zswap_stored_pages", 4);
        if (!stored || !find_counter(nodes_.node_counters, "NR_SWAPCACHE")) return;
        if (auto bytes = read_global(session_, "zswap_pool_total_size")) {
            put("Zswap", *bytes / 1024);
        } else if (*stored == 0) {
            put("Zswap", 0);
        } else {
            missing_.emplace_back("Zswap");
        }
        put("Zswapped", *stored * page_kb_);
    }

    void kernel_memory() {
        auto reclaimable = node("NR_SLAB_RECLAIMABLE_B"), fixed = node("NR_SLAB_UNRECLAIMABLE_B");
        if (reclaimable && fixed) {
            pages("KReclaimable", *reclaimable + node("NR_KERNEL_MISC_RECLAIMABLE").value_or(0));
            pages("Slab", *reclaimable + *fixed);
        }
        pages("SReclaimable", reclaimable);
        pages("SUnreclaim", fixed);
        if (auto stacks = node("NR_KERNEL_STACK_KB")) put("KernelStack", *stacks);
        if (auto stacks = node("NR_KERNEL_SCS_KB")) put("ShadowCallStack", *stacks);
        auto tables = node("NR_PAGETABLE");  // of zones up to 5.10 (f0c0c115fb81)
        pages("PageTables", tables ? tables : zone("NR_PAGETABLE"));
        pages_if_counted("SecPageTables", nodes_.node_counters, "NR_SECONDARY_PAGETABLE");
        put("NFS_Unstable", 0);
        put("Bounce", printed(nodes_.zone_counters, "NR_BOUNCE") * page_kb_);
        put("WritebackTmp", printed(nodes_.node_counters, "NR_WRITEBACK_TEMP") * page_kb_);
    }

    // vm_commit_limit()
    [[nodiscard]] std::optional<std::uint64_t> commit_limit(std::optional<std::uint64_t> total) const {
        auto kilobytes = read_global(session_, "sysctl_overcommit_kbytes"),
             ratio = read_global(session_, "sysctl_overcommit_ratio", 4);
        if (!kilobytes || !ratio || !total || !swapping()) return std::nullopt;
        auto swap = read_global(session_, "total_swap_pages");
        const std::uint64_t allowed =
            *kilobytes ? *kilobytes / page_kb_ : (*total - std::min(*total, huge_total_)) * *ratio / 100;
        return swap ? std::optional(allowed + *swap) : std::nullopt;
    }

    void vmalloc() {
        // arch/x86/include/asm/pgtable_64_types.h: VMALLOC_SIZE_TB. arm64's bounds are in VMCOREINFO since
        // 5.19.
        auto start = session_.info().number("VMALLOC_START"), end = session_.info().number("VMALLOC_END");
        if (session_.tables().leaf == PageTables::Leaf::x86) {
            const std::uint64_t terabytes = session_.tables().va_bits == 57 ? 12800 : 32;
            put("VmallocTotal", (terabytes << 30) - 1);
        } else if (start && end) {
            put("VmallocTotal", static_cast<std::uint64_t>(*end - *start) / 1024);
        } else {
            missing_.emplace_back("VmallocTotal");
        }
        auto counted = node("NR_VMALLOC");  // since 6.20; a variable of its own before
        pages("VmallocUsed", counted ? counted : read_global(session_, "nr_vmalloc_pages"));
        put("VmallocChunk", 0);
        auto populated = read_global(session_, "pcpu_nr_populated", 4),
             units = read_global(session_, "pcpu_nr_units", 4);
        pages("Percpu", populated && units ? std::optional(*populated * *units) : std::nullopt);
    }

    void huge_mappings() {
        if (!find_counter(nodes_.node_counters, "NR_ANON_THPS")) return;
        // Counted in huge pages before 5.12 (69473e5de873 and the like), which brought NR_SWAPCACHE too.
        const unsigned page_shift = session_.tables().page_shift;
        const std::uint64_t unit = find_counter(nodes_.node_counters, "NR_SWAPCACHE")
                                       ? page_kb_
                                       : page_kb_
                                             << (page_shift - 3);  // HPAGE_PMD_NR: a table's 8-byte entries
        auto size = [&](std::string name, std::string_view counter) {
            put(std::move(name), printed(nodes_.node_counters, counter) * unit);
        };
        size("AnonHugePages", "NR_ANON_THPS");
        size("ShmemHugePages", "NR_SHMEM_THPS");
        size("ShmemPmdMapped", "NR_SHMEM_PMDMAPPED");
        size("FileHugePages", "NR_FILE_THPS");
        size("FilePmdMapped", "NR_FILE_PMDMAPPED");
    }

    // hugetlb_report_meminfo()
    void huge_pages() {
        Structure state(session_, "hstate");
        auto table = session_.symbols().address_of("hstates");
        auto count = read_global(session_, "hugetlb_max_hstate", 4),
             chosen = read_global(session_, "default_hstate_idx", 4);
        if (!table || !count || !chosen || !state.known()) return;
        auto put_count = [this](std::string name, std::uint64_t value) {
            huge_figures_.push_back({std::move(name), value, false});
        };
        for (std::uint64_t i = 0; i < std::min(*count, kMostHugeSizes); ++i) {
            const std::uint64_t at = *table + i * state.size();
            auto number = [&](std::string_view member) { return state.get(at, member).value_or(0); };
            const std::uint64_t order = std::min<std::uint64_t>(number("order"), 40);
            huge_total_ += number("nr_huge_pages") << order;
            if (i != *chosen) continue;
            put_count("HugePages_Total", number("nr_huge_pages"));
            put_count("HugePages_Free", number("free_huge_pages"));
            put_count("HugePages_Rsvd", number("resv_huge_pages"));
            put_count("HugePages_Surp", number("surplus_huge_pages"));
            huge_figures_.push_back({"Hugepagesize", page_kb_ << order, true});
        }
        huge_figures_.push_back({"Hugetlb", huge_total_ * page_kb_, true});
    }

    // arch_report_meminfo() of x86: direct_pages_count[] by enum pg_level.
    void direct_map() {
        auto counts = session_.symbols().address_of("direct_pages_count");
        if (!counts) return;
        auto count = [&](std::uint64_t level) {
            return session_.read_pointer(*counts + level * 8).value_or(0);
        };
        put("DirectMap4k", count(1) << 2);
        put("DirectMap2M", count(2) << 11);
        if (read_global(session_, "direct_gbpages", 4).value_or(0)) put("DirectMap1G", count(3) << 20);
    }

    Session& session_;
    const MemoryNodes& nodes_;
    const Swap& swap_;
    MemoryUse& use_;
    std::uint64_t page_kb_ = 4;
    std::uint64_t huge_total_ = 0;  // pages in huge pages of all sizes
    std::vector<MemoryFigure> huge_figures_;
    std::vector<std::string> missing_;
};

}  // namespace

std::optional<std::uint64_t> MemoryUse::operator[](std::string_view name) const {
    auto found = std::ranges::find(figures, name, &MemoryFigure::name);
    return found == figures.end() ? std::nullopt : std::optional(found->value);
}

MemoryUse read_memory_use(Session& session, const MemoryNodes& nodes, const Swap& swap) {
    MemoryUse use;
    use.problems = nodes.problems;
    Accountant accountant(session, nodes, swap, use);
    accountant.all();
    if (auto missing = accountant.missing(); !missing.empty())
        use.problems.push_back("the dump does not tell " + missing);
    return use;
}

}  // namespace inquest
