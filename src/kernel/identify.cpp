#include "kernel/identify.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/percpu.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

constexpr std::uint64_t kUserEnd = std::uint64_t{1} << 56;  // 5 levels; 4 levels end at 47 bits
constexpr std::uint64_t kFirstPage = 4096;
// THREAD_SIZE of x86-64 and arm64 without KASAN, where init_stack does not tell it.
constexpr std::uint64_t kUsualStack = 16384;
constexpr std::uint64_t kLargestStack = 1 << 17;
// include/linux/page-flags.h: PAGE_MAPPING_ANON (FOLIO_MAPPING_ANON)
constexpr std::uint64_t kAnonymous = 1, kMappingFlags = 3;

std::string into(std::uint64_t offset) {
    return offset ? fmt::format(", {} bytes into it", hex(offset)) : "";
}

}  // namespace

std::string_view name_of(AddressKind kind) {
    switch (kind) {
        case AddressKind::nothing:
            return "nothing";
        case AddressKind::user:
            return "user";
        case AddressKind::symbol:
            return "symbol";
        case AddressKind::module:
            return "module";
        case AddressKind::per_cpu:
            return "per-cpu";
        case AddressKind::task_stack:
            return "task-stack";
        case AddressKind::slab:
            return "slab";
        case AddressKind::page:
            return "page";
        case AddressKind::descriptor:
            return "page-descriptor";
        case AddressKind::vmalloc:
            return "vmalloc";
    }
    return "nothing";
}

std::string_view name_of(ObjectState state) {
    switch (state) {
        case ObjectState::unknown:
            return "unknown";
        case ObjectState::allocated:
            return "allocated";
        case ObjectState::free:
            return "free";
    }
    return "unknown";
}

Identifier::Identifier(Session& session, CodeMap& code, const TaskList& tasks)
    : session_(session), code_(code), tasks_(tasks), stack_size_(kUsualStack) {
    auto first = session.symbols().named("init_stack");
    if (first.size() == 1 && first[0].size >= kUsualStack && first[0].size <= kLargestStack)
        stack_size_ = first[0].size;
}

Identity Identifier::identify(std::uint64_t address) {
    Identity found;
    found.address = address;
    if (address < kUserEnd) {
        found.kind = address < kFirstPage ? AddressKind::nothing : AddressKind::user;
        found.text = address == 0           ? "NULL"
                     : address < kFirstPage ? "a small number"
                                            : "an address of user space, or a number";
        return found;
    }
    if (as_symbol(found) || as_per_cpu(found) || as_stack(found) || as_memory(found) || as_vmalloc(found))
        return found;
    found.text = "no address of the kernel's that is known";
    return found;
}

bool Identifier::as_symbol(Identity& found) {
    auto symbol = code_.symbol_at(found.address);
    if (symbol && found.address - symbol->address < std::max<std::uint64_t>(symbol->size, 1)) {
        found.kind = AddressKind::symbol;
        found.symbol = symbol->name;
        found.module = symbol->module;
        found.offset = found.address - symbol->address;
        found.text = (code_.is_text(found.address) ? "code of " : "variable ") + found.symbol;
        if (!found.module.empty()) found.text += " [" + found.module + "]";
        found.text += into(found.offset);
        return true;
    }
    for (const ModuleView& module : code_.modules().modules)
        for (const ModuleMemory& memory : module.memory)
            if (memory.holds(found.address)) {
                found.kind = AddressKind::module;
                found.module = module.name;
                found.offset = found.address - memory.address;
                found.text = fmt::format("memory of module {}", module.name);
                return true;
            }
    return false;
}

// The first chunk, where a kernel's own per-CPU variables are; further chunks are areas of vmalloc.
bool Identifier::as_per_cpu(Identity& found) {
    const SymbolTable& symbols = session_.symbols();
    auto start = symbols.address_of("__per_cpu_start"), end = symbols.address_of("__per_cpu_end");
    if (!start || !end) return false;
    const std::uint64_t size =
        std::max(read_global(session_, "pcpu_unit_size", 4).value_or(0), *end - *start);
    auto offsets = per_cpu_offsets(session_);
    for (unsigned cpu = 0; cpu < offsets.size(); ++cpu) {
        const std::uint64_t inside = found.address - (*start + offsets[cpu]);
        if (inside >= size) continue;
        found.kind = AddressKind::per_cpu;
        found.cpu = cpu;
        found.offset = inside;
        auto symbol = inside < *end - *start ? symbols.at(*start + inside) : std::nullopt;
        if (symbol) {
            found.symbol = symbol->name;
            found.offset = *start + inside - symbol->address;
            found.text =
                fmt::format("per-CPU variable {} of CPU {}{}", found.symbol, cpu, into(found.offset));
        } else {
            found.text = fmt::format("per-CPU memory of CPU {}", cpu);
        }
        return true;
    }
    return false;
}

bool Identifier::as_stack(Identity& found) {
    for (const TaskView& task : tasks_.tasks) {
        if (found.address - task.stack >= stack_size_) continue;
        found.kind = AddressKind::task_stack;
        found.pid = task.pid;
        found.offset = found.address - task.stack;
        found.text = fmt::format("stack of task {} ({})", task.pid, task.comm);
        return true;
    }
    return false;
}

bool Identifier::as_vmalloc(Identity& found) {
    if (!vmalloc_) {
        vmalloc_ = read_vmalloc(session_);
        std::ranges::copy(vmalloc_->problems, std::back_inserter(problems_));
    }
    const VmallocArea* area = vmalloc_->at(found.address);
    if (!area) return false;
    found.kind = AddressKind::vmalloc;
    found.area = *area;
    found.offset = found.address - area->start;
    auto caller = area->caller ? code_.symbol_at(area->caller) : std::nullopt;
    if (caller) found.symbol = caller->name;
    const bool io = std::ranges::find(area->flags, "IOREMAP") != area->flags.end();
    found.text = io ? fmt::format("device memory at {}", hex(area->physical + found.offset))
                    : fmt::format("vmalloc area of {} pages", area->pages);
    if (caller) found.text += fmt::format(", made by {}", caller->name);
    if (!io) found.text += into(found.offset);
    return true;
}

const PageMap* Identifier::pages() {
    if (!pages_) {
        pages_ = PageMap::find(session_);
        if (!*pages_) problems_.push_back(pages_->error().message());
    }
    return *pages_ ? &**pages_ : nullptr;
}

const SlabAllocator* Identifier::slabs() {
    if (!slabs_) {
        slabs_.emplace(SlabAllocator::find(session_));
        if (!*slabs_) problems_.push_back(slabs_->error().message());
    }
    return *slabs_ ? &**slabs_ : nullptr;
}

const std::vector<std::uint64_t>& Identifier::ready_objects(const SlabCache& cache) {
    auto [known, is_new] = ready_.try_emplace(cache.address);
    if (is_new) known->second = slabs()->ready_objects(cache);
    return known->second;
}

bool Identifier::as_memory(Identity& found) {
    const PageMap* map = pages();
    if (!map) return false;
    auto pfn = map->pfn_of_address(found.address);
    const bool is_descriptor = !pfn;
    if (!pfn) pfn = map->pfn_of_descriptor(found.address);
    if (!pfn) return false;
    auto page = read_page(session_, *map, *pfn);
    if (is_descriptor) {
        found.kind = AddressKind::descriptor;
        found.page = page;
        found.offset = found.address - map->descriptor_of(*pfn);
        found.text = fmt::format("descriptor of page frame {}{}", hex(*pfn), into(found.offset));
        return true;
    }
    found.kind = AddressKind::page;
    found.offset = found.address & (map->page_size() - 1);
    if (!page) {
        found.text = fmt::format("page frame {}, whose descriptor is not in the dump", hex(*pfn));
        return true;
    }
    found.page = page;
    if (!as_slab(found, *page)) as_page(found, *page);
    return true;
}

bool Identifier::as_slab(Identity& found, const PageView& page) {
    const SlabAllocator* all = slabs();
    auto slab = all ? all->slab_at(page.head) : std::nullopt;
    const SlabCache* cache = slab ? all->cache_at(slab->cache) : nullptr;
    if (!cache) return false;
    found.kind = AddressKind::slab;
    found.cache = cache->name;
    found.slab = slab->base;
    auto index = SlabAllocator::index_of(*slab, *cache, found.address);
    if (!index) {
        found.text = fmt::format("unused end of a slab of cache {}", cache->name);
        return true;
    }
    SlabObjects objects = all->objects(*slab, *cache, ready_objects(*cache));
    found.index = *index;
    found.object = SlabAllocator::object_address(*slab, *cache, *index);
    found.offset = found.address - found.object;
    // What a broken freelist does not reach may be free all the same.
    found.state = objects.free[*index]                  ? ObjectState::free
                  : objects.complete && !objects.damage ? ObjectState::allocated
                                                        : ObjectState::unknown;
    if (objects.damage) problems_.push_back("damaged: " + objects.damage->text);
    std::string_view state = found.state == ObjectState::free        ? "FREED object"
                             : found.state == ObjectState::allocated ? "allocated object"
                                                                     : "object";
    found.text = fmt::format("{} of slab cache {}", state, cache->name);
    if (found.address < found.object || found.offset >= cache->object_size) {
        found.text = fmt::format("padding between objects of slab cache {}", cache->name);
    } else {
        found.text += into(found.offset);
    }
    auto task = std::ranges::find(tasks_.tasks, found.object, &TaskView::address);
    if (task != tasks_.tasks.end()) {
        found.pid = task->pid;
        found.text += fmt::format(": task {} ({})", task->pid, task->comm);
    }
    return true;
}

void Identifier::as_page(Identity& found, const PageView& page) {
    // Parts of a compound page have its state in the first one's descriptor.
    const PageView head =
        page.head == page.descriptor
            ? page
            : read_page(session_, *pages(), pages()->pfn_of_descriptor(page.head).value_or(page.pfn))
                  .value_or(page);
    auto has = [&](std::string_view flag) {
        return std::ranges::find(head.flag_names, flag) != head.flag_names.end();
    };
    const bool unused = page.references == 0 && page.head == page.descriptor;
    if (page.type == "buddy" || (unused && in_free_block(session_, *pages(), page.pfn))) {
        found.text = "FREE page (of the page allocator)";
    } else if (!page.type.empty()) {
        found.text = "page of type " + page.type;
    } else if (has("reserved")) {
        found.text = "reserved page (the kernel's image, firmware, or memory of early boot)";
    } else if (unused) {
        found.text = "page that nobody refers to (free on a CPU's list, or frozen)";
    } else if (head.mapping & kAnonymous) {
        found.text = "anonymous page of user space";
    } else if (head.mapping & ~kMappingFlags && has("lru")) {
        Structure space(session_, "address_space"), inode(session_, "inode");
        auto host = space.get(head.mapping, "host");
        auto number = host && *host ? inode.get(*host, "i_ino") : std::nullopt;
        found.text = "page cache page";
        if (number) found.text += fmt::format(" of inode {} at {}", *number, hex(*host));
    } else {
        found.text = "page of the kernel (no slab)";
    }
    found.text += fmt::format(", frame {}", hex(page.pfn));
}

}  // namespace inquest
