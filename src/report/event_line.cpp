#include "report/event_line.h"

#include <algorithm>

#include "report/json_report.h"

namespace inquest {

std::string render_event_line(const CrashEvent& event, const std::vector<IssueMatch>& issues) {
    Json line = Json::Object{{"schema", "inquest.event/1"}};
    Json whole = to_json(event);
    for (const auto& [name, value] : *whole.object()) line.set(name, value);
    Json::Array known;
    for (const IssueMatch& issue : issues)
        if (std::ranges::find(issue.events, event.id) != issue.events.end()) known.push_back(to_json(issue));
    line.set("known_issues", std::move(known));
    return line.dump();
}

}  // namespace inquest
