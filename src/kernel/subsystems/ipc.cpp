#include "kernel/subsystems/ipc.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

struct Kind {
    std::string_view name, structure, permissions;
};
// In the order of ipc_namespace.ids: IPC_SEM_IDS, IPC_MSG_IDS, IPC_SHM_IDS (ipc/util.h).
constexpr std::array<Kind, 3> kKinds{
    {{"sem", "sem_array", "sem_perm"}, {"msg", "msg_queue", "q_perm"}, {"shm", "shmid_kernel", "shm_perm"}}};

// The number of a struct pid in the first namespace.
int pid_number(const Object& pid) { return static_cast<int>(pid.in("numbers").get("nr").value_or(0)); }

void fill(const Object& object, IpcObject& view) {
    if (view.kind == "shm") {
        view.size = object.get("shm_segsz").value_or(0);
        view.count = object.get("shm_nattch").value_or(0);
        view.creator = pid_number(object.follow("shm_cprid"));
    } else if (view.kind == "msg") {
        view.size = object.get("q_cbytes").value_or(0);
        view.count = object.get("q_qnum").value_or(0);
        view.limit = object.get("q_qbytes").value_or(0);
        view.creator = pid_number(object.follow("q_lspid"));
    } else {
        view.size = object.get("sem_nsems").value_or(0);
    }
}

}  // namespace

std::vector<IpcObject> ipc_objects(Objects& objects, const Object& space) {
    std::vector<IpcObject> all;
    Session& session = objects.session();
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        auto root = space.in("ids", i).get("ipcs_idr.idr_rt.xa_head");
        if (!root || !session.types()) {
            objects.add_problem("the " + std::string(kKinds[i].name) + " ids are not in the dump");
            continue;
        }
        Walk walk = walk_xarray(session.words(), *session.types(), *root, [] { return false; });
        for (const std::string& problem : walk.problems)
            objects.add_problem(std::string(kKinds[i].name) + " ids: " + problem);
        for (const WalkedEntry& entry : walk.entries) {
            // The entry is the kern_ipc_perm with which each of these structures begins.
            Object object = objects.at(kKinds[i].structure, entry.address),
                   owner = object.in(kKinds[i].permissions);
            IpcObject view{.kind = kKinds[i].name, .address = entry.address};
            view.key = static_cast<std::int32_t>(owner.get("key").value_or(0));
            view.id = static_cast<std::int32_t>(owner.get("id").value_or(0));
            view.mode = static_cast<std::uint32_t>(owner.get("mode").value_or(0));
            view.uid = static_cast<std::uint32_t>(owner.get("uid").value_or(0));
            fill(object, view);
            all.push_back(view);
        }
    }
    std::ranges::stable_sort(all, {}, &IpcObject::kind);
    return all;
}

}  // namespace inquest
