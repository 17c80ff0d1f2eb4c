// What a condition that holds shows for itself.
#include "base/text.h"
#include "knowledge/condition.h"

namespace inquest {
namespace {

// "kmem_cache_free+0xfc/0x1c8 [ext4]", as the kernel prints it.
std::string printed(const CodeRef& at) {
    std::string text = at.symbol;
    if (at.offset) text.append("+").append(hex(*at.offset));
    if (at.size) text.append("/").append(hex(*at.size));
    if (!at.module.empty()) text.append(" [").append(at.module).append("]");
    return text;
}

}  // namespace

MatchedCondition CompiledCondition::explain(const EventView& view) const {
    const CrashEvent& event = view.event;
    std::string words = replace_all(std::string(name_of(type)), "_", " ") + " ";
    switch (type) {
        case Condition::Type::kind:
            // The first line of a cut report is whatever was left of it.
            return {words + std::string(name_of(event.kind)),
                    view.evidence(event.headline, event.corrupted ? event.title : event.headline)};
        case Condition::Type::function:
            return {
                words + view.function,
                view.evidence(event.ip.symbol, event.ip.symbol.empty() ? view.function : printed(event.ip))};
        case Condition::Type::caller:
            return {words + view.caller->name,
                    view.evidence(view.caller->at->symbol, printed(*view.caller->at))};
        case Condition::Type::frames: {
            std::vector<const EventView::Function*> matched;
            if (!in_order(view, true, &matched)) {
                matched.clear();
                in_order(view, false, &matched);
            }
            std::vector<std::string> names, frames;
            for (const auto* function : matched) {
                names.push_back(function->name);
                frames.push_back(printed(*function->at));
            }
            return {words + join(names, " < "), view.evidence({}, join(frames, " < "))};
        }
        case Condition::Type::log:
            for (std::size_t i = 0; i < patterns_.size(); ++i)
                for (std::string_view line : view.lines())
                    if (patterns_[i].found_in(line))
                        return {words + "'" + any[i] + "'", view.evidence(line, trim(line))};
            break;
        case Condition::Type::bug_at:
            for (std::string_view line : view.lines())
                for (const auto& wanted : any)
                    if (names_place(line, wanted) != Answer::no)
                        return {words + wanted, view.evidence(line, trim(line))};
            break;
        case Condition::Type::module:
        case Condition::Type::module_in_trace:
            return {words + join(any, " or "), view.evidence(any.front(), any.front())};
        case Condition::Type::fault_address: {
            std::string address = hex(*event.fault_address);
            std::string wanted = names(address) ? address : join(any, " or ") + " (" + address + ")";
            return {words + wanted, view.evidence(address.substr(2), address)};
        }
        case Condition::Type::last_unloaded:
            return {words + event.last_unloaded,
                    view.evidence("last unloaded", "last unloaded: " + event.last_unloaded)};
        case Condition::Type::workqueue:
            return {words + event.workqueue, view.evidence("Workqueue:", event.workqueue)};
        case Condition::Type::comm:
            return {words + event.task.comm, view.evidence("Comm:", event.task.comm)};
        case Condition::Type::arch:
            return {words + event.kernel.arch, view.evidence({}, event.kernel.release)};
        case Condition::Type::offset:
            return {words + join(any, " or "), view.evidence(event.ip.symbol, printed(event.ip))};
        case Condition::Type::error_code:
            return {words + event.error_code, view.evidence(event.error_code, event.error_code)};
    }
    return {words, view.evidence({}, {})};
}

}  // namespace inquest
