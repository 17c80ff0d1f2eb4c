// The scheduler found the word at the end of a stack overwritten: the stack had run out some time before.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"Kernel panic - not syncing: corrupted stack end"};
constexpr std::string_view kScheduler[] = {"schedule", "retint_kernel"};

bool opens(const Line& line, CrashEvent& event) {
    if (!after_header(line, kTriggers[0])) return false;
    open_event(line, event, Kind::stack_overflow);
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_stalled(event, kScheduler);
    event.title = title_in("kernel panic: corrupted stack end", event);
}

}  // namespace

extern const KindReader plugin_kinds_stack_end;
const KindReader plugin_kinds_stack_end{"stack_end", kTriggers, opens, nullptr, nullptr, finish, true};

}  // namespace inquest
