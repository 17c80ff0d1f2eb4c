#include "report/event_line.h"

#include <algorithm>

#include "report/json_report.h"

namespace inquest {

std::string render_event_line(const CrashEvent& event, const std::vector<IssueMatch>& issues) {
    Json::Object line = members_of(event);
    line.emplace(line.begin(), "schema", "inquest.event/1");
    Json::Array known;
    for (const IssueMatch& issue : issues)
        if (std::ranges::find(issue.events, event.id) != issue.events.end()) known.push_back(to_json(issue));
    line.emplace_back("known_issues", std::move(known));
    return Json(std::move(line)).dump();
}

}  // namespace inquest
