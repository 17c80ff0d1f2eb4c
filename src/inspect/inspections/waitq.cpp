#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "inspect/task_selection.h"
#include "kernel/object.h"

namespace inquest {
namespace {

constexpr std::uint64_t kExclusive = 1;  // WQ_FLAG_EXCLUSIVE, include/linux/wait.h

// The queue that is named: an address or a symbol, or TYPE.MEMBER and the address of such a structure.
Result<std::uint64_t> queue_of(Workspace& workspace, Objects& objects,
                               const std::vector<std::string>& words) {
    if (words.empty() || words.size() > 2)
        return fail("waitq takes the address of a wait_queue_head, or TYPE.MEMBER ADDRESS");
    auto address = workspace.address_of(words.back());
    if (!address || words.size() == 1) return address;
    const std::string& name = words.front();
    const auto dot = name.find('.');
    auto offset =
        dot == name.npos ? std::nullopt : objects.offset_of(name.substr(0, dot), name.substr(dot + 1));
    if (!offset) return fail("no structure has a member " + name);
    return *address + *offset;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("waitq", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    Objects objects(workspace.session());
    auto address = queue_of(workspace, objects, options->words());
    if (!address) return std::unexpected(std::move(address.error()));
    auto head = objects.at("wait_queue_head", *address).address_of("head");
    if (!head) return cannot_tell("the kernel's types do not tell how a wait queue is built");
    InspectionAnswer answer;
    Json::Array all;
    for (const Object& entry : objects.list(*head, "wait_queue_entry", "entry")) {
        const std::uint64_t waiter = entry.get("private").value_or(0), flags = entry.get("flags").value_or(0);
        const std::string function = workspace.symbol_text(entry.get("func").value_or(0));
        auto task = std::ranges::find(workspace.tasks().tasks, waiter, &TaskView::address);
        const bool is_task = task != workspace.tasks().tasks.end();
        answer.text += fmt::format("{:016x}  {}{}", entry.address(), function,
                                   flags & kExclusive ? "  (exclusive)" : "");
        answer.text += is_task ? fmt::format("  STATE: {}  {}", task->state, task_title(*task)) : "\n";
        Json one;
        one.set("address", hex(entry.address()));
        one.set("function", function);
        one.set("exclusive", (flags & kExclusive) != 0);
        one.set("task", is_task ? json_of_task(*task) : Json());
        all.push_back(std::move(one));
    }
    if (all.empty() && objects.problems().empty()) answer.text = "(nobody waits)\n";
    answer.json.set("waiters", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_waitq;
const Inspection plugin_inspections_waitq{
    "waitq", "ADDRESS | SYMBOL | TYPE.MEMBER ADDRESS", "who waits in a wait queue",
    "The entries of a wait_queue_head in order: the task where one waits, else the function that a wake-up "
    "calls.\n"
    "waitq signal_struct.wait_chldexit ADDRESS takes the queue in that structure.\n",
    run};

}  // namespace inquest
