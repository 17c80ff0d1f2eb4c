// Places in code as logs print them: "f+0x1/0x2 [mod]", "f (fs/file.c:12)", "f fs/file.c:12 [inline]".
#pragma once

#include <string_view>

#include "base/scanner.h"
#include "model/event.h"

namespace inquest {

// Reads "function+0x1c/0x20 [module]" at the cursor; also "module:function+..", demangled C++ and Rust names,
// and the build id behind a module. False and unmoved when no function with an offset stands there.
bool scan_place(Scanner& scanner, CodeRef& place);

// The same for frames, with "fs/file.c:12", "(fs/file.c:12)" and "[inline]" of decoded logs: an offset is not
// needed when there is a file.
bool scan_source_place(Scanner& scanner, Frame& frame);

// "[<ffffffff81059beb>]"; in addresses that %p hid ("[<(ptrval)>]", "[<          (null)>]") NULL is 0 and
// others leave `address` empty. False and unmoved when no such bracket stands there.
bool scan_bracketed_address(Scanner& scanner, std::optional<Address>& address);

}  // namespace inquest
