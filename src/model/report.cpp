#include "model/report.h"

#include <algorithm>

namespace inquest {

std::string_view name_of(IssueStatus status) {
    switch (status) {
        case IssueStatus::affected:
            return "affected";
        case IssueStatus::fixed:
            return "fixed";
        case IssueStatus::not_affected:
            return "not-affected";
        case IssueStatus::unknown:
            break;
    }
    return "unknown";
}

const CrashEvent* Report::primary() const {
    auto found = std::ranges::find_if(events, &CrashEvent::primary);
    return found == events.end() ? nullptr : &*found;
}

const CrashEvent* Report::event(int id) const {
    auto found = std::ranges::find(events, id, &CrashEvent::id);
    return found == events.end() ? nullptr : &*found;
}

}  // namespace inquest
