// The lines of source of a crash, in its report.
#pragma once

#include "kernel/source_lines.h"
#include "model/event.h"
#include "source/source_trees.h"

namespace inquest {

// Fills in CrashEvent::sources: of the fault and of the calls that led there, where the trace or the log's
// own words ("kernel BUG at fs/ext4/inode.c:123!") name file and line. `lines` is that of the dump of this
// crash, nullptr for a log alone.
void add_sources(CrashEvent& event, SourceTrees& trees, SourceLines* lines);

}  // namespace inquest
