#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

// The commands that take tasks, as crash's foreach knows them.
constexpr std::array<std::string_view, 4> kCommands{"bt", "files", "ps", "vm"};
constexpr std::array<std::string_view, 10> kStates{"RU", "IN", "UN", "ID", "ZO",
                                                   "DE", "ST", "TR", "PA", "SW"};

struct Selection {
    std::vector<std::string> states, names;
    bool kernel = false, user = false, leaders = false, active = false;

    [[nodiscard]] bool holds(const TaskView& task) const {
        auto is_named = [&](const std::string& name) {
            return parse_signed(name) == task.pid || parse_hex(name) == task.address || name == task.comm;
        };
        return !(kernel && !task.kernel_thread) && !(user && task.kernel_thread) &&
               !(active && !task.current) && !(leaders && task.pid != task.tgid) &&
               (states.empty() || std::ranges::find(states, task.state) != states.end()) &&
               (names.empty() || std::ranges::any_of(names, is_named));
    }

    // Whether the word says which tasks.
    bool take(const std::string& word, const TaskList& list) {
        if (word == "kernel") return kernel = true;
        if (word == "user") return user = true;
        if (word == "gleader") return leaders = true;
        if (word == "active") return active = true;
        if (std::ranges::find(kStates, word) != kStates.end()) {
            states.push_back(word);
            return true;
        }
        // \NAME is a task's name although a command or a state is called so.
        const std::string name = word.starts_with('\\') ? word.substr(1) : word;
        auto is_meant = [&](const TaskView& task) {
            return parse_signed(name) == task.pid || parse_hex(name) == task.address || name == task.comm;
        };
        if (!std::ranges::any_of(list.tasks, is_meant)) return false;
        names.push_back(name);
        return true;
    }
};

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    const TaskList& list = workspace.tasks();
    if (list.tasks.empty()) return cannot_tell("no task can be found: " + join(list.problems, "; "));
    Selection selection;
    std::size_t at = 0;
    for (; at < arguments.size() && std::ranges::find(kCommands, arguments[at]) == kCommands.end(); ++at)
        if (!selection.take(arguments[at], list))
            return fail("\"" + arguments[at] + "\" is neither a task nor a state nor a command of foreach (" +
                        fmt::format("{}", fmt::join(kCommands, ", ")) + ")");
    if (at == arguments.size())
        return fail(fmt::format("foreach takes a command: {}", fmt::join(kCommands, ", ")));
    const Inspection* command = inspection_named(arguments[at]);
    if (!command) return fail("there is no command " + arguments[at]);
    std::vector<std::string> words(arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1, arguments.end());
    for (const TaskView& task : list.tasks)
        if (selection.holds(task)) words.push_back(hex(task.address));
    if (words.size() == arguments.size() - at - 1)
        return InspectionAnswer{.text = "(no such tasks)\n", .json = Json(Json::Object{}), .problems = {}};
    return command->run(workspace, words);
}

}  // namespace

extern const Inspection plugin_inspections_foreach;
const Inspection plugin_inspections_foreach{
    "foreach", "[PID | TASK | NAME | STATE | kernel | user | gleader | active]... COMMAND [OPTION]...",
    "a command for many tasks",
    "bt, files, ps or vm of every task, or of those that all of the words fit: foreach UN bt, foreach user "
    "files,\n"
    "foreach 1 2 vm. STATE is as ps prints it (RU, IN, UN, ZO, ...). \\NAME is a task called as a word is.\n",
    run};

}  // namespace inquest
