// What VMCOREINFO would say, out of symbols and types.
#pragma once

#include "kernel/session.h"

namespace inquest {

// Completes `info` for a dump without VMCOREINFO: the symbols, offsets and sizes that readers of the kernel
// ask it for, the release, and the build-id.
void rebuild_info(Session& session, Vmcoreinfo& info);

}  // namespace inquest
