// A "BUG: ..." that nobody here knows more of: its words are its title.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: "};

bool opens(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (!line.enveloped || !text.starts_with(kTriggers[0]) || text.size() == kTriggers[0].size())
        return false;
    open_event(line, event, Kind::other);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace);
    event.title = clean_title(event.headline);
}

}  // namespace

extern const KindReader plugin_kinds_other_bug;
const KindReader plugin_kinds_other_bug{.name = "other_bug",
                                        .triggers = kTriggers,
                                        .opens = opens,
                                        .continues = nullptr,
                                        .takes = nullptr,
                                        .finish = finish,
                                        .general = true};

}  // namespace inquest
