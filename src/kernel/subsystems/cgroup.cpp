#include "kernel/subsystems/cgroup.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kMostGroups = 1 << 18, kMostControllers = 64;
constexpr std::uint64_t kOnline = 2;             // CSS_ONLINE, include/linux/cgroup-defs.h
constexpr std::uint64_t kNoPidsLimit = 4194305;  // PIDS_MAX: PID_MAX_LIMIT + 1

// Controllers by their number, out of cgroup_subsys[].
struct Controllers {
    explicit Controllers(Objects& objects) {
        auto table = objects.session().symbols().address_of("cgroup_subsys");
        Session& session = objects.session();
        const Types* types = session.types();
        auto cgroup = types ? types->find_struct("cgroup") : std::nullopt;
        auto member = cgroup ? types->member(*cgroup, "subsys") : std::nullopt;
        const std::uint64_t count = member ? types->type(types->resolve(member->type)).count : 0;
        for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, kMostControllers); ++i) {
            auto pointer = table ? session.read_pointer(*table + i * 8) : std::nullopt;
            names.push_back(objects.at("cgroup_subsys", pointer.value_or(0)).text("name", 64).value_or(""));
        }
        // Without KALLSYMS_ALL the table is out of reach; the enumeration tells the numbers all the same.
        auto number = [&](std::string_view name, std::string_view enumerator) {
            auto known = std::ranges::find(names, name);
            if (known != names.end()) return static_cast<std::int64_t>(known - names.begin());
            return objects.enumerator("cgroup_subsys_id", enumerator).value_or(-1);
        };
        memory = number("memory", "memory_cgrp_id");
        pids = number("pids", "pids_cgrp_id");
    }
    std::vector<std::string> names;
    std::int64_t memory = -1, pids = -1;
};

class Tree {
  public:
    Tree(Objects& objects, const Controllers& controllers) : objects_(objects), controllers_(controllers) {}

    void walk(const Object& root, CgroupHierarchy& into) {
        struct Open {
            Object group;
            std::string path;
            unsigned depth;
        };
        std::vector<Open> open{{root, "/", 0}};
        std::unordered_set<std::uint64_t> seen;
        const auto self = objects_.offset_of("cgroup", "self").value_or(0);
        while (!open.empty()) {
            const Open next = std::move(open.back());
            open.pop_back();
            if (!seen.insert(next.group.address()).second || seen.size() > kMostGroups) {
                objects_.add_problem("the tree of control groups runs in a circle, or is too large, at " +
                                     hex(next.group.address()));
                continue;
            }
            into.groups.push_back(view_of(next.group, next.path, next.depth));
            auto children = objects_.list(next.group.address_of("self.children").value_or(0),
                                          "cgroup_subsys_state", "sibling");
            std::ranges::reverse(children);  // the first is taken next
            for (const Object& child : children) {
                Object group = objects_.at("cgroup", child.address() - self);
                const std::string name = group.follow("kn").text("name", 256).value_or("(unknown)");
                open.push_back({group, (next.depth ? next.path + "/" : "/") + name, next.depth + 1});
            }
        }
    }

  private:
    CgroupView view_of(const Object& group, const std::string& path, unsigned depth) {
        CgroupView view;
        view.address = group.address();
        view.path = path;
        view.depth = depth;
        view.online = depth == 0 || (group.get("self.flags").value_or(kOnline) & kOnline);
        for (const Object& link :
             objects_.list(group.address_of("cset_links").value_or(0), "cgrp_cset_link", "cset_link"))
            view.tasks += link.follow("cset").get("nr_tasks").value_or(0);
        if (depth == 0) return view;
        // A group shares its parent's where the controller is not enabled for it.
        auto own = [&](std::int64_t number, std::string_view structure) -> Object {
            auto css = number >= 0 ? group.get("subsys", static_cast<std::uint64_t>(number)) : std::nullopt;
            return css ? objects_.at(structure, *css) : Object();
        };
        if (Object memory = own(controllers_.memory, "mem_cgroup")) view.memory = memory_of(memory);
        if (Object pids = own(controllers_.pids, "pids_cgroup")) {
            CgroupPids counts{pids.get("counter").value_or(0), pids.get("limit")};
            if (counts.maximum && *counts.maximum >= kNoPidsLimit) counts.maximum.reset();
            view.pids = counts;
        }
        return view;
    }

    std::optional<std::uint64_t> limit(const Object& counter, std::string_view member) {
        const std::uint64_t shift = objects_.session().tables().page_shift;
        auto pages = counter.get(member);
        if (!pages || *pages >= static_cast<std::uint64_t>(INT64_MAX) >> shift) return std::nullopt;
        return *pages << shift;
    }

    std::optional<CgroupMemory> memory_of(const Object& group) {
        CgroupMemory memory;
        Object counter = group.in("memory"), swap = group.in("swap");
        auto usage = counter.get("usage");
        if (!usage) return std::nullopt;
        const std::uint64_t shift = objects_.session().tables().page_shift;
        memory.current = *usage << shift;
        memory.minimum = counter.get("min").value_or(0) << shift;
        memory.low = counter.get("low").value_or(0) << shift;
        memory.peak = counter.get("watermark").value_or(0) << shift;
        memory.high = limit(counter, "high");
        memory.maximum = limit(counter, "max");
        memory.swap = swap.get("usage").value_or(0) << shift;
        memory.swap_maximum = limit(swap, "max");
        auto events = [&](std::string_view name) {
            auto index = objects_.enumerator("memcg_memory_event", name);
            return index ? group.get("memory_events", static_cast<std::uint64_t>(*index)).value_or(0) : 0;
        };
        memory.high_events = events("MEMCG_HIGH");
        memory.maximum_events = events("MEMCG_MAX");
        memory.oom_events = events("MEMCG_OOM");
        memory.oom_kills = events("MEMCG_OOM_KILL");
        return memory;
    }

    Objects& objects_;
    const Controllers& controllers_;
};

}  // namespace

std::vector<CgroupHierarchy> cgroups(Objects& objects) {
    Session& session = objects.session();
    std::vector<Object> roots;
    if (auto list = session.symbols().address_of("cgroup_roots"))
        roots = objects.list(*list, "cgroup_root", "root_list");
    Object unified = objects.global("cgroup_root", "cgrp_dfl_root");
    // The unified one is on the list once it is mounted.
    if (unified && std::ranges::find(roots, unified) == roots.end()) roots.insert(roots.begin(), unified);
    const Controllers controllers(objects);
    std::vector<CgroupHierarchy> hierarchies;
    for (const Object& root : roots) {
        CgroupHierarchy hierarchy;
        hierarchy.id = static_cast<int>(root.get("hierarchy_id").value_or(0));
        hierarchy.unified = root == unified;
        hierarchy.name = root.text("name", 64).value_or("");
        const std::uint64_t mask = root.get("subsys_mask").value_or(0);
        for (std::size_t i = 0; i < controllers.names.size(); ++i)
            if (mask >> i & 1) hierarchy.controllers.push_back(controllers.names[i]);
        Tree(objects, controllers).walk(root.in("cgrp"), hierarchy);
        hierarchies.push_back(std::move(hierarchy));
    }
    std::ranges::sort(hierarchies, {}, &CgroupHierarchy::id);
    return hierarchies;
}

std::vector<int> cgroup_members(Objects& objects, std::uint64_t cgroup) {
    std::vector<int> pids;
    Object group = objects.at("cgroup", cgroup);
    for (const Object& link :
         objects.list(group.address_of("cset_links").value_or(0), "cgrp_cset_link", "cset_link"))
        for (std::string_view list : {"tasks", "mg_tasks"})
            for (const Object& task :
                 objects.list(link.follow("cset").address_of(list).value_or(0), "task_struct", "cg_list"))
                pids.push_back(static_cast<int>(task.get("pid").value_or(0)));
    std::ranges::sort(pids);
    return pids;
}

}  // namespace inquest
