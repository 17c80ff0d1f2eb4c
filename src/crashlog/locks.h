// How lockdep prints locks, for the readers of its reports.
#pragma once

#include <vector>

#include "crashlog/guilty.h"
#include "crashlog/line.h"
#include "model/event.h"

namespace inquest {

// Takes "ffff888009876540 (&wombat->lock){+.+.}-{4:4}, at: wombat_open+0x1f/0x80" as a fact: "wanted-lock"
// behind
// "... is trying to acquire lock:", "held-lock" behind "... already holding lock:", else "lock". Takes the
// lines that head them too, and heads of traces ("-> #1 (&wombat->lock){+.+.}:", "state was registered at:").
bool takes_lock(const Line& line, CrashEvent& event);

// Where the locks of the report were taken, in the order of the log.
std::vector<CodeRef> lock_places(const CrashEvent& event);

// Accuses the first of the places that is no plumbing; false when there is none.
bool blame_place(CrashEvent& event, const std::vector<CodeRef>& places, std::string_view reason,
                 NamePatterns also = {});

}  // namespace inquest
