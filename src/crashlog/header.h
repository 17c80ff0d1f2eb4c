// What the readers in kinds/ share: recognising the line that opens a report, and taking facts out of lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/scanner.h"
#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// What follows `header`, when the message begins with it. In front of it may stand blanks, the bracket of old
// banners ("[ INFO: ... ]") and the subsystem that prints it ("rcu: ", "watchdog: "); any subsystem where the
// envelope shows that a log wrote the line. Prose that quotes a header does not begin with it.
std::optional<Scanner> after_header(const Line& line, std::string_view header);

// Fills in what every opening line gives: the kind and the headline.
void open_event(const Line& line, CrashEvent& event, Kind kind);

void add_fact(CrashEvent& event, const Line& line, std::string_view name, std::string_view value);

// Begins a further trace of the event; the frames that follow are its own.
Stack& begin_stack(CrashEvent& event, std::string_view title);

// "function+0x12/0x340 [module]", the offset and size in hex or missing; nullopt when no function name is
// there.
std::optional<CodeRef> scan_code(Scanner& scan);
// The first "function+0x12/0x340" of a text.
std::optional<CodeRef> find_code(std::string_view text);

// "name/pid" or "name:pid" with the number behind the last separator: task names may hold either.
std::optional<Task> scan_task(std::string_view text, char separator);

// Takes "Read of size 8 at addr ffff888012345678 by task wombat/4711", with "Write" for "Read".
bool takes_access(const Line& line, CrashEvent& event);

// Takes "Preemption disabled at:" and the place on its line or the next.
bool takes_preemption(const Line& line, CrashEvent& event);

// Takes "NMI backtrace for cpu 3" and the "task:wombat state:R ..." of a task dump: a further trace begins.
bool takes_backtrace(const Line& line, CrashEvent& event);

// The reporting function as ip when no registers were printed.
void default_ip(CrashEvent& event);

}  // namespace inquest
