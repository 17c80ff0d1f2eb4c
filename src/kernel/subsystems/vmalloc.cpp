#include "kernel/subsystems/vmalloc.h"

#include <algorithm>

#include "kernel/structure.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostNodes = 1024;

// include/linux/vmalloc.h, since 2.6.
struct Flag {
    std::uint64_t bit;
    std::string_view name;
};
constexpr Flag kFlags[] = {{1, "IOREMAP"}, {2, "ALLOC"}, {4, "MAP"}, {8, "USERMAP"}};

class Reader {
  public:
    Reader(Session& session, VmallocAreas& found)
        : session_(session), found_(found), area_(session, "vmap_area"), vm_(session, "vm_struct") {}

    void read() {
        const auto& symbols = session_.symbols();
        Structure node(session_, "vmap_node");
        auto nodes = read_global(session_, "vmap_nodes");
        auto root = symbols.address_of("vmap_area_root");
        auto list = session_.info().symbol("vmap_area_list");
        if (auto busy = node.offset("busy.root"); nodes && busy) {
            const std::uint64_t count = read_global(session_, "nr_vmap_nodes", 4).value_or(1);
            for (std::uint64_t i = 0; i < std::min(count, kMostNodes); ++i)
                tree(*nodes + i * node.size() + *busy);
        } else if (root) {
            tree(*root);
        } else if (auto link = area_.offset("list"); list && link) {
            take(walk_list(session_.words(),
                           {.start = *list, .offset = *link, .embedded = true, .head = true},
                           [] { return false; }));
        } else {
            found_.problems.emplace_back("the dump does not tell where the areas of vmalloc are");
        }
        std::ranges::sort(found_.areas, {}, &VmallocArea::start);
    }

  private:
    void tree(std::uint64_t root) {
        auto node = session_.read_pointer(root);
        auto link = area_.offset("rb_node");
        if (node && *node && link)
            take(walk_rbtree(session_.words(), *node, *link, true, [] { return false; }));
    }

    void take(Walk walk) {
        for (std::string& problem : walk.problems)
            found_.problems.push_back("the areas of vmalloc: " + problem);
        for (const WalkedEntry& entry : walk.entries) {
            auto start = area_.get(entry.address, "va_start"), end = area_.get(entry.address, "va_end"),
                 vm = area_.get(entry.address, "vm");
            if (!start || !end || *end <= *start) continue;
            VmallocArea area{.start = *start, .end = *end};
            if (vm && *vm) {
                area.pages = vm_.get(*vm, "nr_pages").value_or(0);
                area.caller = vm_.get(*vm, "caller").value_or(0);
                area.physical = vm_.get(*vm, "phys_addr").value_or(0);
                const std::uint64_t flags = vm_.get(*vm, "flags").value_or(0);
                for (auto [bit, name] : kFlags)
                    if (flags & bit) area.flags.emplace_back(name);
            }
            found_.areas.push_back(std::move(area));
        }
    }

    Session& session_;
    VmallocAreas& found_;
    Structure area_, vm_;
};

}  // namespace

const VmallocArea* VmallocAreas::at(std::uint64_t address) const {
    auto behind = std::ranges::upper_bound(areas, address, {}, &VmallocArea::start);
    if (behind == areas.begin()) return nullptr;
    const VmallocArea& area = *std::prev(behind);
    return address < area.end ? &area : nullptr;
}

VmallocAreas read_vmalloc(Session& session) {
    VmallocAreas found;
    Reader(session, found).read();
    return found;
}

}  // namespace inquest
