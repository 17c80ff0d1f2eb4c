#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/ipc.h"

namespace inquest {
namespace {

std::string line_of(const IpcObject& object) {
    std::string text =
        fmt::format("{:3}  {:016x}  {:08x} {:>10}  {:>5o} {:>6}", object.kind, object.address,
                    static_cast<std::uint32_t>(object.key), object.id, object.mode, object.uid);
    if (object.kind == "shm") {
        text += fmt::format("  {} bytes, attached {} times, made by PID {}", object.size, object.count,
                            object.creator);
        if (object.mode & 01000) text += ", goes when nobody has it";  // SHM_DEST
    } else if (object.kind == "msg") {
        text += fmt::format("  {} messages, {} of {} bytes", object.count, object.size, object.limit);
    } else {
        text += fmt::format("  {} semaphores", object.size);
    }
    return text + "\n";
}

Json json_of(const IpcObject& object) {
    Json one;
    one.set("kind", object.kind);
    one.set("address", hex(object.address));
    one.set("key", object.key);
    one.set("id", object.id);
    one.set("mode", fmt::format("{:o}", object.mode));
    one.set("uid", object.uid);
    one.set("size", object.size);
    one.set("count", object.count);
    one.set("limit", object.limit);
    one.set("pid", object.creator);
    return one;
}

// Every IPC namespace that a process is in, the first one first.
std::vector<Object> spaces_of(Workspace& workspace, Objects& objects) {
    std::vector<Object> spaces;
    for (const TaskView& task : workspace.tasks().tasks) {
        Object space = objects.at("task_struct", task.address).follow("nsproxy").follow("ipc_ns");
        if (space && std::ranges::find(spaces, space) == spaces.end()) spaces.push_back(space);
    }
    return spaces;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("ipcs", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("ipcs takes no words");
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    Objects objects(workspace.session());
    InspectionAnswer answer;
    Json::Array all;
    for (const Object& space : spaces_of(workspace, objects)) {
        const std::uint64_t number = space.get("ns.inum").value_or(0);
        answer.text +=
            fmt::format("{}NAMESPACE {}\n{:3}  {:16}  {:8} {:>10}  {:>5} {:>6}\n",
                        answer.text.empty() ? "" : "\n", number, "", "ADDRESS", "KEY", "ID", "MODE", "UID");
        Json one;
        Json::Array entries;
        for (const IpcObject& object : ipc_objects(objects, space)) {
            answer.text += line_of(object);
            entries.push_back(json_of(object));
        }
        one.set("namespace", number);
        one.set("objects", std::move(entries));
        all.push_back(std::move(one));
    }
    answer.json.set("namespaces", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_ipcs;
const Inspection plugin_inspections_ipcs{"ipcs", "", "System V shared memory, message queues and semaphores",
                                         "Of every IPC namespace that a process is in. KEY is hexadecimal, "
                                         "MODE octal (1000: a segment that was removed\n"
                                         "and is still attached).\n",
                                         run};

}  // namespace inquest
