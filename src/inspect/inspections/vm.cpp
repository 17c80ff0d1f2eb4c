#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "inspect/task_selection.h"
#include "kernel/subsystems/vma.h"

namespace inquest {
namespace {

Json json_of(const ResidentPages& pages, std::uint64_t kilobytes) {
    Json one;
    const auto scale = static_cast<std::int64_t>(kilobytes);
    one.set("rss", pages.rss() * scale);
    one.set("anon", pages.anon * scale);
    one.set("file", pages.file * scale);
    one.set("shmem", pages.shmem * scale);
    one.set("swap", pages.swap * scale);
    return one;
}

Json json_of(const MappingView& mapping) {
    Json one;
    one.set("vma", hex(mapping.vma));
    one.set("start", hex(mapping.start));
    one.set("end", hex(mapping.end));
    one.set("permissions", mapping.permissions());
    one.set("flags", hex(mapping.flags));
    one.set("flag_names", mapping.flag_names());
    one.set("offset", mapping.offset);
    one.set("device", fmt::format("{:02x}:{:02x}", mapping.major, mapping.minor));
    one.set("inode", mapping.inode);
    one.set("name", mapping.name);
    return one;
}

std::string lines_of(const AddressSpace& space, std::uint64_t kilobytes) {
    if (space.mm == 0) return "(no address space: a kernel thread, or it has exited)\n";
    std::string text = fmt::format(
        "MM: {:016x}  PGD: {:016x}  TOTAL: {} kB  PAGE TABLES: {} kB  LOCKED: {} kB\n", space.mm,
        space.page_table, space.total * kilobytes, space.page_tables / 1024, space.locked * kilobytes);
    if (space.exact) {
        const auto scale = static_cast<std::int64_t>(kilobytes);
        text += fmt::format("RSS: {} kB (anon {}, file {}, shmem {})  SWAP: {} kB",
                            space.exact->rss() * scale, space.exact->anon * scale, space.exact->file * scale,
                            space.exact->shmem * scale, space.exact->swap * scale);
        if (space.counted->rss() != space.exact->rss())
            text += fmt::format("  the kernel's own sum: {} kB", space.counted->rss() * scale);
        text += "\n";
    }
    if (!space.executable.empty()) text += "EXE: " + escape_for_terminal(space.executable) + "\n";
    text += fmt::format("{:16}  {:>12} {:>12}  PERM  {:>10}  {:9}  NAME\n", "VMA", "START", "END", "SIZE",
                        "FLAGS");
    for (const MappingView& mapping : space.mappings)
        text += fmt::format("{:016x}  {:012x} {:012x}  {}  {:>7} kB  {:9x}  {}\n", mapping.vma, mapping.start,
                            mapping.end, mapping.permissions(), (mapping.end - mapping.start) / 1024,
                            mapping.flags, escape_for_terminal(mapping.name));
    return text;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("vm", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    auto tasks = tasks_named(workspace, options->words());
    if (!tasks) return std::unexpected(std::move(tasks.error()));
    Objects objects(workspace.session());
    const ThreadsByMm threads(objects, workspace.tasks());
    const std::uint64_t kilobytes = (std::uint64_t{1} << workspace.session().tables().page_shift) / 1024;
    InspectionAnswer answer;
    Json::Array all;
    for (const TaskView& task : *tasks) {
        if (workspace.stopped()) break;
        AddressSpace space = address_space(objects, threads, task);
        answer.text += (answer.text.empty() ? "" : "\n") + task_title(task) + lines_of(space, kilobytes);
        Json one = json_of_task(task);
        one.set("mm", space.mm ? Json(hex(space.mm)) : Json());
        one.set("pgd", space.mm ? Json(hex(space.page_table)) : Json());
        one.set("total", space.total * kilobytes);
        one.set("locked", space.locked * kilobytes);
        one.set("page_tables", space.page_tables / 1024);
        one.set("exact", space.exact ? json_of(*space.exact, kilobytes) : Json());
        one.set("counted", space.counted ? json_of(*space.counted, kilobytes) : Json());
        one.set("executable", space.executable);
        Json::Array mappings;
        for (const MappingView& mapping : space.mappings) mappings.push_back(json_of(mapping));
        one.set("mappings", std::move(mappings));
        all.push_back(std::move(one));
    }
    answer.json.set("tasks", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_vm;
const Inspection plugin_inspections_vm{"vm", "[all | PID | TASK]...",
                                       "what a task has mapped, and how much of it is in memory",
                                       "Without arguments: the task that crashed. Names are those of "
                                       "/proc/PID/maps. RSS holds what each CPU (before\n"
                                       "6.2 each thread) had not added up yet; where the kernel's own sum "
                                       "lacks it, both are shown. Sizes are in kB.\n",
                                       run};

}  // namespace inquest
