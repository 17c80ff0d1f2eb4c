// Finding and forming phrases for the explainers.
#pragma once

#include <string>
#include <string_view>

#include "model/event.h"

namespace inquest::reason {

// The log says `phrase` in the event: in its headline, its title, its facts or its excerpt.
bool says(const CrashEvent& event, std::string_view phrase);

// "mm/slub.c:305" out of "kernel BUG at mm/slub.c:305!"; "" when the headline names no source line.
std::string_view source_place(std::string_view headline);

// "nginx (pid 9377)", "pid 12", "a task".
std::string describe_task(const Task& task);

// "0x1c", "-0x8".
std::string offset_text(std::int64_t offset);

// " by vfs_read", " by ceph_aio_read [ceph]"; "" without a caller.
std::string by_caller(const CrashEvent& event);

// "f" of the innermost frame for which `accepts` holds; nullptr when none does. Unreliable frames are left
// out.
const Frame* innermost(const CrashEvent& event, bool (*accepts)(std::string_view function));

// The headline as the evidence that the kernel itself says so.
void quote_headline(CrashEvent& event);
// A fact as evidence, when there is one.
void quote_fact(CrashEvent& event, std::string_view name);

}  // namespace inquest::reason
