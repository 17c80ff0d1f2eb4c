// Page descriptors one by one, as they stand in memory.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/kmem.h"
#include "kernel/subsystems/page.h"

namespace inquest {
namespace {

constexpr std::uint64_t kUsual = 1 << 16, kMost = 1 << 20;  // frames in one answer: 256 MB, 4 GB of memory

// The frame that an address means: a descriptor's, that of memory which the kernel maps there, or, of a small
// number, the physical one.
Result<std::uint64_t> frame_of(Workspace& workspace, const PageMap& map, const std::string& word) {
    const PageTables& tables = workspace.session().tables();
    const std::uint64_t end = map.ranges().back().end;
    std::optional<std::uint64_t> pfn;
    if (auto number = parse_hex(word); number && *number >> tables.page_shift < end) {
        pfn = *number >> tables.page_shift;
    } else {
        auto address = workspace.address_of(word);
        if (!address) return std::unexpected(std::move(address.error()));
        pfn = map.pfn_of_descriptor(*address);
        if (!pfn) pfn = map.pfn_of_address(*address);
        auto read_entry = [&](std::uint64_t place) -> std::optional<std::uint64_t> {
            std::uint64_t entry = 0;
            auto outcome = workspace.session().read_physical(
                place, {reinterpret_cast<std::uint8_t*>(&entry), sizeof entry});
            return outcome == ReadOutcome::present ? std::optional(entry) : std::nullopt;
        };
        if (auto physical = pfn ? std::nullopt : walk(tables, *address, read_entry))
            pfn = *physical >> tables.page_shift;
    }
    if (!pfn || !map.exists(*pfn))
        return fail("\"" + word +
                    "\" is neither a page descriptor nor in memory that has one; an address is "
                    "physical, of the kernel, or of a descriptor");
    return *pfn;
}

std::string line_of(const PageView& page, std::uint64_t physical) {
    std::string text = fmt::format("{:016x} {:>11x} {:>16x} {:>16x} {:>5} {:>8x}", page.descriptor, physical,
                                   page.mapping, page.index, page.references, page.flags);
    if (!page.flag_names.empty()) text += " " + join(page.flag_names, ",");
    if (!page.type.empty()) text += " type " + page.type;
    if (page.head != page.descriptor) text += fmt::format(" part of {:x}", page.head);
    return text + "\n";
}

class Lister {
  public:
    Lister(Workspace& workspace, const PageMap& map) : workspace_(workspace), map_(map) {
        answer_.text = fmt::format("{:<16} {:>11} {:>16} {:>16} {:>5} FLAGS\n", "PAGE", "PHYSICAL", "MAPPING",
                                   "INDEX", "CNT");
    }

    // Frames from `first` on, without those that have no descriptor; the first that is not shown any more.
    std::optional<std::uint64_t> add(std::uint64_t first, std::uint64_t count) {
        for (const PageMap::Range& range : map_.ranges())
            for (std::uint64_t pfn = std::max(first, range.first); pfn < range.end; ++pfn) {
                if (count == 0 || workspace_.stopped()) return pfn;
                --count;
                one(pfn);
            }
        return std::nullopt;
    }

    InspectionAnswer take() {
        if (missing_)
            answer_.problems.push_back(
                fmt::format("{} page descriptors are not in the dump: those frames are left out", missing_));
        answer_.json.set("pages", std::move(pages_));
        return std::move(answer_);
    }
    void goes_on_at(std::uint64_t descriptor) {
        answer_.text += fmt::format("({} frames; kmem -p -c COUNT {} goes on)\n", pages_.size() + missing_,
                                    hex(descriptor));
        answer_.json.set("next", hex(descriptor));
    }

  private:
    void one(std::uint64_t pfn) {
        auto page = read_page(workspace_.session(), map_, pfn);
        if (!page) {
            ++missing_;
            return;
        }
        const std::uint64_t physical = pfn * map_.page_size();
        answer_.text += line_of(*page, physical);
        Json json = json_of_page(*page);
        json.set("physical", hex(physical));
        pages_.push_back(std::move(json));
    }

    Workspace& workspace_;
    const PageMap& map_;
    InspectionAnswer answer_{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array pages_;
    std::size_t missing_ = 0;
};

}  // namespace

Result<InspectionAnswer> kmem_pages(Workspace& workspace, const Options& options) {
    if (!workspace.session().types()) return cannot_tell("the dump holds no types");
    auto map = PageMap::find(workspace.session());
    if (!map) return cannot_tell(map.error().message());
    const bool all = options.words().empty();
    auto count = options.count('c', all ? kUsual : 1, kMost);
    if (!count) return std::unexpected(std::move(count.error()));
    std::vector<std::uint64_t> frames;
    for (const std::string& word : options.words()) {
        auto pfn = frame_of(workspace, *map, word);
        if (!pfn) return std::unexpected(std::move(pfn.error()));
        frames.push_back(*pfn);
    }
    Lister lister(workspace, *map);
    if (all) {
        if (auto next = lister.add(0, *count)) lister.goes_on_at(map->descriptor_of(*next));
    }
    for (std::uint64_t pfn : frames) lister.add(pfn, *count);
    return lister.take();
}

}  // namespace inquest
