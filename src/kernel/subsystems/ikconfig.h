// The kernel's configuration, which a kernel built with CONFIG_IKCONFIG carries (kernel/configs.c).
#pragma once

#include <string>

#include "kernel/object.h"

namespace inquest {

// The text of its .config, as /proc/config.gz would give it. The error says why there is none: the kernel was
// built without, or it is not in the dump, or damaged.
Result<std::string> kernel_config(Objects& objects);

}  // namespace inquest
