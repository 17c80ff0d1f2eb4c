#include "kernel/subsystems/mount.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

Json json_of(const MountView& mount) {
    Json one;
    one.set("address", hex(mount.mount));
    one.set("superblock", hex(mount.superblock));
    one.set("id", mount.id);
    one.set("parent", mount.parent);
    one.set("device", fmt::format("{}:{}", mount.major, mount.minor));
    one.set("root", mount.root);
    one.set("on", mount.on);
    one.set("type", mount.type);
    one.set("source", mount.source);
    one.set("options", mount.options);
    one.set("options_complete", mount.options_complete);
    one.set("visible", mount.visible);
    one.set("peer_group", mount.peer_group ? Json(mount.peer_group) : Json());
    one.set("master", mount.master ? Json(mount.master) : Json());
    return one;
}

std::string lines_of(const MountNamespace& space) {
    std::size_t type = 4, source = 6, on = 2;
    for (const MountView& mount : space.mounts) {
        type = std::max(type, mount.type.size());
        source = std::max(source, std::min<std::size_t>(mount.source.size(), 24));
        on = std::max(on, std::min<std::size_t>(mount.on.size(), 32));
    }
    std::string text = fmt::format("{:16}  {:16}  {:{}}  {:{}}  {:{}}  OPTIONS\n", "MOUNT", "SUPERBLOCK",
                                   "TYPE", type, "SOURCE", source, "ON", on);
    for (const MountView& mount : space.mounts)
        text += fmt::format("{:016x}  {:016x}  {:{}}  {:{}}  {:{}}  {}{}{}\n", mount.mount, mount.superblock,
                            escape_for_terminal(mount.type), type, escape_for_terminal(mount.source), source,
                            escape_for_terminal(mount.on), on, escape_for_terminal(mount.options),
                            mount.options_complete ? "" : ",...",
                            mount.visible ? "" : "  (not below the root of its processes)");
    return text;
}

std::string title_of(const MountNamespace& space) {
    return fmt::format("NAMESPACE {}  of {} (PID {}){}\n", space.inum, escape_for_terminal(space.task.comm),
                       space.task.pid,
                       space.processes > 1 ? fmt::format(" and {} more processes", space.processes - 1) : "");
}

// The namespaces asked for: all, those of PIDs, else that of the process with the lowest PID.
Result<std::vector<MountNamespace>> selected(Workspace& workspace, Objects& objects, const Options& options) {
    auto spaces = mount_namespaces(objects, workspace.tasks());
    if (options.has('a') || spaces.empty()) return spaces;
    if (!options.value('n')) {
        auto first = std::ranges::min_element(spaces, {}, [](auto& space) { return space.task.pid; });
        return std::vector{*first};
    }
    auto pid = parse_signed(*options.value('n'));
    auto task = std::ranges::find(workspace.tasks().tasks, pid.value_or(-1), &TaskView::pid);
    if (task == workspace.tasks().tasks.end())
        return fail("no task has the PID " + std::string(*options.value('n')));
    auto of_task = objects.at("task_struct", task->address).follow("nsproxy").get("mnt_ns");
    auto space = std::ranges::find(spaces, of_task.value_or(0), &MountNamespace::address);
    if (space == spaces.end()) return fail("the task is in no mount namespace: it is exiting or idle");
    space->task = *task;
    return std::vector{*space};
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("mount", "an:", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty())
        return fail("mount takes no words; mount -n PID asks for a task's namespace");
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    Objects objects(workspace.session());
    auto spaces = selected(workspace, objects, *options);
    if (!spaces) return std::unexpected(std::move(spaces.error()));
    InspectionAnswer answer;
    Json all{Json::Array{}};
    bool has_more = false;
    for (MountNamespace& space : *spaces) {
        if (workspace.stopped()) break;
        read_mounts(objects, space);
        Json one, mounts{Json::Array{}};
        for (const MountView& mount : space.mounts) {
            mounts.push(json_of(mount));
            has_more |= !mount.options_complete;
        }
        one.set("namespace", space.inum);
        one.set("address", hex(space.address));
        one.set("pid", space.task.pid);
        one.set("comm", space.task.comm);
        one.set("processes", space.processes);
        one.set("mounts", std::move(mounts));
        all.push(std::move(one));
        answer.text += (answer.text.empty() ? "" : "\n") + title_of(space) + lines_of(space);
    }
    if (has_more) answer.text += "...: the file system has options of its own, which are not read\n";
    answer.json.set("namespaces", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_mount;
const Inspection plugin_inspections_mount{"mount", "[-a | -n PID]",
                                          "file systems that are mounted, with their options",
                                          "The mounts of the namespace that the process with the lowest PID "
                                          "is in, in the order of /proc/mounts and\n"
                                          "with options as it prints them.\n"
                                          "  -a      every namespace that a process is in\n"
                                          "  -n PID  the namespace and the root of that task\n",
                                          run};

}  // namespace inquest
