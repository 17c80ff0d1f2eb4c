// System V IPC: shared memory, message queues, semaphores.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/object.h"

namespace inquest {

struct IpcObject {
    std::string_view kind;  // "shm", "msg", "sem"
    std::uint64_t address = 0;
    std::int32_t key = 0, id = 0;
    std::uint32_t mode = 0, uid = 0;
    std::uint64_t size = 0;  // shm: bytes of the segment; msg: bytes in the queue; sem: semaphores in the set
    std::uint64_t count = 0;  // shm: how often attached; msg: messages in the queue
    std::uint64_t limit = 0;  // msg: bytes that the queue takes
    int creator = 0;          // shm: PID of who made it; msg: of who sent last; 0 when it is gone
};

// Those of an IPC namespace, by kind and id. What breaks off is a problem in `objects`.
std::vector<IpcObject> ipc_objects(Objects& objects, const Object& ipc_namespace);

}  // namespace inquest
