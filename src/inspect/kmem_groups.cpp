// Slab objects by the control group that they are charged to.
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "inspect/kmem.h"
#include "kernel/subsystems/cgroup.h"
#include "kernel/subsystems/slab_owners.h"

namespace inquest {
namespace {

std::map<std::uint64_t, std::string> paths_of_groups(Objects& objects) {
    std::map<std::uint64_t, std::string> paths;
    for (const CgroupHierarchy& hierarchy : cgroups(objects))
        for (const CgroupView& group : hierarchy.groups) paths.emplace(group.address, group.path);
    return paths;
}

std::uint64_t kilobytes(const SlabShare& share) { return (share.objects * share.cache->size + 1023) / 1024; }

}  // namespace

Result<InspectionAnswer> kmem_groups(Workspace& workspace, const std::vector<std::string>& names) {
    auto slabs = SlabAllocator::find(workspace.session());
    if (!slabs) return cannot_tell(slabs.error().message());
    Objects objects(workspace.session());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = slabs->problems()};
    std::vector<SlabShare> shares;
    std::vector<const SlabCache*> caches;
    for (const std::string& name : names) {
        auto cache = cache_named_by(*slabs, name);
        if (!cache) return std::unexpected(std::move(cache.error()));
        caches.push_back(*cache);
    }
    auto owners = slab_owners(objects, *slabs, caches.size() == 1 ? caches.front() : nullptr);
    if (!owners) return cannot_tell(owners.error().message());
    for (const SlabShare& share : owners->shares)
        if (caches.empty() || std::ranges::find(caches, share.cache) != caches.end()) shares.push_back(share);
    const auto paths = paths_of_groups(objects);
    answer.text = fmt::format("{:>10} {:>10}  {:<24} GROUP\n", "OBJECTS", "kB", "CACHE");
    Json::Array listed;
    for (const SlabShare& share : shares) {
        auto known = paths.find(share.cgroup);
        const std::string path = known == paths.end() ? "(unknown group)" : known->second;
        answer.text += fmt::format("{:>10} {:>10}  {:<24} {}\n", share.objects, kilobytes(share),
                                   escape_for_terminal(share.cache->name), escape_for_terminal(path));
        Json one;
        one.set("cache", share.cache->name);
        one.set("objects", share.objects);
        one.set("bytes", share.objects * share.cache->size);
        one.set("cgroup", hex(share.cgroup));
        one.set("path", known == paths.end() ? Json() : Json(path));
        listed.push_back(std::move(one));
    }
    if (shares.empty()) answer.text += "(no object is charged to a control group)\n";
    answer.json.set("shares", std::move(listed));
    for (const std::string& problem : objects.problems()) answer.problems.push_back(problem);
    if (owners->unread)
        answer.problems.push_back(
            fmt::format("the owners of {} slabs or groups are not in the dump", owners->unread));
    if (owners->missing)
        answer.problems.push_back(fmt::format(
            "{} kB of page descriptors are not in the dump: slabs may be missing", owners->missing / 1024));
    return answer;
}

}  // namespace inquest
