// "divide error: 0000 [#1] SMP", s390's "fixed point divide exception: 0009 ilc:2 [#1]".
#include "crashlog/die_line.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"divide error", "divide_error", "divide exception",
                                          "Division by zero in kernel"};

bool opens(const Line& line, CrashEvent& event) {
    auto die = parse_die_line(line.text);
    bool trap = die && (die->what == "divide error" || die->what == "divide_error" ||
                        die->what.ends_with("divide exception"));
    // arm has no such trap: its library routine warns.
    if (!trap && !line.text.starts_with("Division by zero in kernel.")) return false;
    event.kind = Kind::divide_error;
    if (trap) take_die_line(*die, line, event);
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    event.title = title_in("divide error", event);
}

}  // namespace

extern const KindReader plugin_kinds_divide_error;
const KindReader plugin_kinds_divide_error{"divide_error",         kTriggers, opens,
                                           continue_with_die_line, nullptr,   finish};

}  // namespace inquest
