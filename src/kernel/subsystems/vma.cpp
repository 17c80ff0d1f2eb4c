#include "kernel/subsystems/vma.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"
#include "kernel/percpu.h"
#include "kernel/subsystems/file.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

constexpr std::size_t kMostMappings = 1 << 20;
constexpr std::array<std::string_view, 4> kKinds{"file", "anon", "swap", "shmem"};

struct FlagName {
    std::uint64_t bit;
    std::string_view name;
};
// include/linux/mm.h: VM_*, macros; names as fs/proc/task_mmu.c prints them. Only those whose bit is the same
// on x86 and arm64 since 5.10.
constexpr std::array<FlagName, 24> kFlags{{
    {0x1, "rd"},       {0x2, "wr"},       {0x4, "ex"},        {0x8, "sh"},        {0x10, "mr"},
    {0x20, "mw"},      {0x40, "me"},      {0x80, "ms"},       {0x100, "gd"},      {0x400, "pf"},
    {0x2000, "lo"},    {0x4000, "io"},    {0x8000, "sr"},     {0x10000, "rr"},    {0x20000, "dc"},
    {0x40000, "de"},   {0x100000, "ac"},  {0x200000, "nr"},   {0x400000, "ht"},   {0x800000, "sf"},
    {0x2000000, "wf"}, {0x4000000, "dd"}, {0x10000000, "mm"}, {0x20000000, "hg"},
}};
constexpr std::uint64_t kNoHugePage = 0x40000000, kMergeable = 0x80000000;

std::vector<std::uint64_t> mappings_of(Objects& objects, const Object& mm) {
    Session& session = objects.session();
    std::vector<std::uint64_t> found;
    if (auto root = mm.get("mm_mt.ma_root")) {  // since 6.1 (d4af56c5c7c6)
        Walk walk = walk_maple_tree(session.words(), *session.types(), *root, [] { return false; });
        for (const WalkedEntry& entry : walk.entries) found.push_back(entry.address);
        for (const std::string& problem : walk.problems)
            objects.add_problem("mappings of the mm at " + hex(mm.address()) + ": " + problem);
        return found;
    }
    std::unordered_set<std::uint64_t> seen;
    auto next = mm.get("mmap");
    while (next && *next) {
        if (!seen.insert(*next).second || seen.size() > kMostMappings) {
            objects.add_problem("the mappings of the mm at " + hex(mm.address()) + " run in a circle at " +
                                hex(*next));
            return found;
        }
        found.push_back(*next);
        next = objects.at("vm_area_struct", *next).get("vm_next");
    }
    if (!next)
        objects.add_problem(
            fmt::format("the mappings of the mm at {} break off after {}", hex(mm.address()), found.size()));
    return found;
}

// Names of what has no file, in the order in which show_map_vma (fs/proc/task_mmu.c) tries them.
std::string name_of(Objects& objects, const Object& vma, const Object& mm, const MappingView& view) {
    if (Object file = vma.follow("vm_file")) return path_of_file(objects, file);
    const std::string namer = objects.symbol(vma.follow("vm_ops").get("name").value_or(0));
    if (namer == "special_mapping_name")
        if (auto special = vma.get("vm_private_data"))
            return objects.at("vm_special_mapping", *special).text("name", 64).value_or("");
    if (auto vdso = mm.get("context.vdso"); vdso && *vdso == view.start) return "[vdso]";
    auto brk = mm.get("brk"), heap = mm.get("start_brk"), stack = mm.get("start_stack");
    if (brk && heap && view.start <= *brk && view.end >= *heap && view.start < view.end) {
        // Since 6.6 (11250fd12eb8) a mapping that only touches the heap is none.
        if (!(view.start == *brk || view.end == *heap) || *brk == *heap) return "[heap]";
    }
    if (stack && view.start <= *stack && view.end >= *stack) return "[stack]";
    if (auto given = vma.follow("anon_name").text("name", 80); given && !vma.get("vm_file").value_or(1))
        return fmt::format("[anon:{}]", *given);
    return "";
}

MappingView view_of(Objects& objects, const Object& mm, std::uint64_t address) {
    MappingView view;
    Object vma = objects.at("vm_area_struct", address), file = vma.follow("vm_file");
    view.vma = address;
    view.start = vma.get("vm_start").value_or(0);
    view.end = vma.get("vm_end").value_or(0);
    view.flags = vma.get("vm_flags").value_or(0);
    if (file) {
        Object inode = file.follow("f_inode");
        view.offset = vma.get("vm_pgoff").value_or(0) << objects.session().tables().page_shift;
        view.inode = inode.get("i_ino").value_or(0);
        const std::uint64_t device = inode.follow("i_sb").get("s_dev").value_or(0);
        view.major = static_cast<unsigned>(device >> 20);  // include/linux/kdev_t.h: MINORBITS
        view.minor = device & 0xfffff;
    }
    view.name = name_of(objects, vma, mm, view);
    return view;
}

std::int64_t& kind(ResidentPages& pages, std::size_t which) {
    return which == 0 ? pages.file : which == 1 ? pages.anon : which == 2 ? pages.swap : pages.shmem;
}

// Since 6.2 (f1a7941243c1) each is a percpu_counter.
void count_per_cpu(Objects& objects, const Object& mm, AddressSpace& space) {
    ResidentPages counted, exact;
    const auto offsets = per_cpu_offsets(objects.session());
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        Object counter = mm.in("rss_stat", i);
        auto base = counter.get("count"), counters = counter.get("counters");
        if (!base || !counters) return;
        auto sum = static_cast<std::int64_t>(*base);
        kind(counted, i) = std::max<std::int64_t>(sum, 0);
        for (std::uint64_t offset : offsets) {
            auto part = objects.session().read_as<std::int32_t>(*counters + offset);
            if (!part) return;
            sum += *part;
        }
        kind(exact, i) = sum;
    }
    space.counted = counted;
    space.exact = exact;
}

// Before, each thread keeps up to 64 page faults to itself.
void count_per_thread(Objects& objects, const Object& mm, const ThreadsByMm& threads, AddressSpace& space) {
    ResidentPages counted, exact;
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        auto count = mm.get("rss_stat.count", i);
        if (!count) return;
        kind(exact, i) = static_cast<std::int64_t>(*count);
        kind(counted, i) = std::max<std::int64_t>(kind(exact, i), 0);
    }
    for (std::uint64_t address : threads.of(mm.address())) {
        Object thread = objects.at("task_struct", address);
        for (std::size_t i = 0; i < kKinds.size(); ++i)
            kind(exact, i) += static_cast<std::int64_t>(thread.get("rss_stat.count", i).value_or(0));
    }
    space.counted = counted;
    space.exact = exact;
}

}  // namespace

std::string MappingView::permissions() const {
    std::string text = "---p";
    if (flags & 1) text[0] = 'r';
    if (flags & 2) text[1] = 'w';
    if (flags & 4) text[2] = 'x';
    if (flags & 0x80) text[3] = 's';  // VM_MAYSHARE
    return text;
}

std::string MappingView::flag_names() const {
    std::string text;
    auto add = [&](std::string_view word) { text.append(text.empty() ? "" : " ").append(word); };
    for (const FlagName& flag : kFlags)
        if (flags & flag.bit) add(flag.name);
    if (flags & kNoHugePage) add("nh");
    if (flags & kMergeable) add("mg");
    return text;
}

ThreadsByMm::ThreadsByMm(Objects& objects, const TaskList& tasks) {
    if (!objects.offset_of("task_struct", "rss_stat")) return;
    for (const TaskView& task : tasks.tasks)
        if (!task.kernel_thread)
            if (auto mm = objects.at("task_struct", task.address).get("mm"); mm && *mm)
                threads_[*mm].push_back(task.address);
}

std::span<const std::uint64_t> ThreadsByMm::of(std::uint64_t mm) const {
    auto known = threads_.find(mm);
    return known == threads_.end() ? std::span<const std::uint64_t>() : known->second;
}

AddressSpace address_space(Objects& objects, const ThreadsByMm& threads, const TaskView& task,
                           bool with_mappings) {
    AddressSpace space;
    Object mm = objects.at("task_struct", task.address).follow("mm");
    space.mm = mm.address();
    if (!mm) return space;
    space.page_table = mm.get("pgd").value_or(0);
    space.total = mm.get("total_vm").value_or(0);
    space.locked = mm.get("locked_vm").value_or(0);
    space.page_tables = mm.get("pgtables_bytes").value_or(0);
    if (mm.has("rss_stat.count")) {
        count_per_thread(objects, mm, threads, space);
    } else {
        count_per_cpu(objects, mm, space);
    }
    if (!space.exact)
        objects.add_problem("the page counts of the mm at " + hex(mm.address()) + " cannot be read");
    if (!with_mappings) return space;
    if (Object file = mm.follow("exe_file")) space.executable = path_of_file(objects, file);
    for (std::uint64_t address : mappings_of(objects, mm))
        space.mappings.push_back(view_of(objects, mm, address));
    return space;
}

}  // namespace inquest
