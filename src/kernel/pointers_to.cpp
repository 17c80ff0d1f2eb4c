#include "kernel/pointers_to.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "kernel/percpu.h"
#include "kernel/structure.h"
#include "kernel/subsystems/slab.h"

namespace inquest {
namespace {

constexpr std::uint64_t kUsualStack = 16384, kLargestStack = 1 << 17, kLargestPiece = 1 << 28;

class Searcher {
  public:
    Searcher(Session& session, const PointerRequest& request)
        : session_(session), request_(request), page_(session.facts().page_size), bytes_(page_) {
        find_records();
    }

    // False when there is no more to be done.
    bool range(std::uint64_t first, std::uint64_t end, bool all_in_use = true) {
        end = std::min(end, first + kLargestPiece);
        for (std::uint64_t at = first; at < end;) {
            if (found_.enough || found_.pages >= request_.most_pages) return false;
            const std::uint64_t next = std::min(end, at - at % page_ + page_);
            const auto piece = std::span(bytes_).first(next - at);
            const ReadOutcome outcome = session_.read(at, piece);
            if (outcome == ReadOutcome::present) {
                ++found_.pages;
                look(at, piece);
            } else if (all_in_use && outcome != ReadOutcome::unmapped) {
                ++missing_;
            }
            at = next;
        }
        return !found_.enough;
    }

    PointerSearch take(std::string_view left_out) {
        if (missing_)
            found_.limits.push_back(
                fmt::format("{} pages that could point to the object are not in the dump", missing_));
        if (found_.pages >= request_.most_pages && !left_out.empty())
            found_.limits.push_back(fmt::format(
                "after {} pages the search for pointers to the object ended, in {}", found_.pages, left_out));
        return std::move(found_);
    }
    void add_limit(std::string sentence) { found_.limits.push_back(std::move(sentence)); }

  private:
    // Where the crash wrote its registers down.
    void find_records() {
        constexpr std::uint64_t kNoteSize = 448;  // the larger of x86-64's and arm64's note_buf_t
        for (std::uint64_t note : per_cpu_allocations(session_, "crash_notes"))
            records_.push_back({note, note + kNoteSize});
        for (const Symbol& symbol : session_.symbols().named("exec_summary_regs"))
            records_.push_back({symbol.address, symbol.address + symbol.size});
    }
    [[nodiscard]] bool is_record(std::uint64_t place) const {
        return std::ranges::any_of(
            records_, [place](const auto& one) { return place >= one.first && place < one.second; });
    }

    void look(std::uint64_t at, std::span<const std::uint8_t> piece) {
        for (std::size_t i = 0; i + 8 <= piece.size(); i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, piece.data() + i, sizeof word);
            if (word - request_.address >= request_.size) continue;
            if (at + i - request_.address < request_.size || is_record(at + i)) continue;
            if (found_.hits.size() >= request_.most_hits) {
                found_.enough = true;
                return;
            }
            found_.hits.push_back({at + i, word});
        }
    }

    Session& session_;
    const PointerRequest& request_;
    std::uint64_t page_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> records_;
    std::size_t missing_ = 0;
    PointerSearch found_;
};

// What a task that sleeps uses of its stack begins here; what it ran before lies below.
std::uint64_t used_from(const Structure& structure, const TaskView& task, const PointerRequest& request,
                        std::uint64_t size) {
    if (auto known = request.stack_pointers.find(task.stack); known != request.stack_pointers.end())
        return known->second;
    if (task.current) return task.stack;
    auto pointer = structure.get(task.address, "thread.sp");
    if (!pointer) pointer = structure.get(task.address, "thread.cpu_context.sp");
    return pointer && *pointer - task.stack < size ? *pointer & ~std::uint64_t{7} : task.stack;
}

bool search_stacks(Session& session, const TaskList& tasks, const PointerRequest& request, Searcher& search) {
    std::uint64_t size = kUsualStack;
    auto first = session.symbols().named("init_stack");
    if (first.size() == 1 && first[0].size >= kUsualStack && first[0].size <= kLargestStack)
        size = first[0].size;
    const Structure structure(session, "task_struct");
    for (const TaskView& task : tasks.tasks)
        if (task.stack && !search.range(used_from(structure, task, request, size), task.stack + size))
            return false;
    return true;
}

bool search_data(Session& session, const CodeMap& code, Searcher& search) {
    const SymbolTable& symbols = session.symbols();
    auto between = [&](std::string_view first, std::string_view end, std::uint64_t offset) {
        auto from = symbols.address_of(first), to = symbols.address_of(end);
        return !from || !to || *to <= *from ||
               search.range((*from + offset + 7) & ~std::uint64_t{7}, *to + offset);
    };
    const std::uint64_t unit = read_global(session, "pcpu_unit_size", 4).value_or(0);
    auto start = symbols.address_of("__per_cpu_start"), end = symbols.address_of("__per_cpu_end");
    if (start && end)
        for (std::uint64_t offset : per_cpu_offsets(session))
            // Of what is behind the variables much was given back to the page allocator.
            if (!search.range(*start + offset, *end + offset) ||
                !search.range(*end + offset, *start + offset + std::max(unit, *end - *start), false))
                return false;
    for (const ModuleView& module : code.modules().modules)
        for (const ModuleMemory& memory : module.memory)
            if (memory.address != module.text && !search.range(memory.address, memory.address + memory.size))
                return false;
            else if (memory.address == module.text && module.text_size < memory.size &&
                     !search.range(memory.address + (module.text_size & ~std::uint64_t{7}),
                                   memory.address + memory.size))
                return false;
    return between("_sdata", "_edata", 0) && between("__bss_start", "__bss_stop", 0);
}

}  // namespace

PointerSearch find_pointers_to(Session& session, const CodeMap& code, const TaskList& tasks,
                               const PointerRequest& request) {
    Searcher search(session, request);
    if (!search_stacks(session, tasks, request, search)) return search.take("the stacks of tasks");
    if (!search_data(session, code, search)) return search.take("the data of kernel and modules");
    auto slabs = SlabAllocator::find(session);
    if (!slabs) {
        search.add_limit("slabs were not searched for pointers to the object: " + slabs.error().message());
        return search.take("");
    }
    const std::uint64_t missing = slabs->each_slab(nullptr, [&](const Slab& slab) {
        const SlabCache* cache = slabs->cache_at(slab.cache);
        return !cache || search.range(slab.base, slab.base + std::uint64_t{slab.objects} * cache->size);
    });
    if (missing)
        search.add_limit(fmt::format("{} kB of page descriptors are not in the dump", missing / 1024));
    return search.take("slabs");
}

}  // namespace inquest
