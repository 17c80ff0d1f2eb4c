#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "inspect/task_selection.h"
#include "kernel/subsystems/file.h"

namespace inquest {
namespace {

Json json_of(const OpenFile& open) {
    Json one;
    one.set("fd", open.fd);
    one.set("file", hex(open.file));
    one.set("dentry", hex(open.dentry));
    one.set("inode", hex(open.inode));
    one.set("inode_number", open.inode_number);
    one.set("type", open.type);
    one.set("path", open.path);
    one.set("deleted", open.deleted);
    one.set("position", open.position);
    one.set("flags", fmt::format("0{:o}", open.flags));
    one.set("mount", open.mount);
    return one;
}

std::string lines_of(const TaskFiles& files) {
    if (files.table == 0) return "(no open files: a kernel thread, or it has exited)\n";
    std::string text =
        fmt::format("ROOT: {}  CWD: {}\n", escape_for_terminal(files.root), escape_for_terminal(files.cwd));
    if (files.files.empty()) return text + "(no open files)\n";
    text += fmt::format("{:>4}  {:16}  {:16}  {:4}  {:>12}  {:>9}  PATH\n", "FD", "FILE", "INODE", "TYPE",
                        "POS", "FLAGS");
    for (const OpenFile& open : files.files)
        text += fmt::format("{:>4}  {:016x}  {:016x}  {:4}  {:>12}  {:>9o}  {}\n", open.fd, open.file,
                            open.inode, open.type, open.position, open.flags, escape_for_terminal(open.path));
    return text;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("files", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    auto tasks = tasks_named(workspace, options->words());
    if (!tasks) return std::unexpected(std::move(tasks.error()));
    Objects objects(workspace.session());
    InspectionAnswer answer;
    Json::Array all;
    for (const TaskView& task : *tasks) {
        if (workspace.stopped()) break;
        TaskFiles files = open_files(objects, task.address);
        answer.text += (answer.text.empty() ? "" : "\n") + task_title(task) + lines_of(files);
        Json one = json_of_task(task);
        one.set("root", files.root);
        one.set("cwd", files.cwd);
        Json::Array list;
        for (const OpenFile& open : files.files) list.push_back(json_of(open));
        one.set("files", std::move(list));
        all.push_back(std::move(one));
    }
    answer.json.set("tasks", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_files;
const Inspection plugin_inspections_files{
    "files", "[all | PID | TASK]...", "what a task has open, its root and its working directory",
    "Without arguments: the task that crashed. Paths are those of readlink /proc/PID/fd/FD as PID 1 sees\n"
    "them; \"(deleted)\" behind one says that the name is gone. POS and FLAGS (octal) are those of fdinfo.\n",
    run};

}  // namespace inquest
