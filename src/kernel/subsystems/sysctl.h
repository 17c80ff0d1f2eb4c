// Settings in effect: what /proc/sys would show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/object.h"

namespace inquest {

struct SysctlView {
    std::string name;  // "vm.swappiness"; a '.' in a name is '/' as sysctl(8) has it
    std::optional<std::string>
        value;               // as `cat` shows it; nullopt when the kernel computes it or it is not there
    std::uint64_t data = 0;  // address of what holds it, 0 when there is none
    std::string handler;     // "proc_dointvec_minmax"
};

// Every setting of the tables that the kernel registered: those of everybody, and of the first network, user,
// IPC and PID namespace. Empty when the kernel's symbols do not tell where they are. Sorted by name.
std::vector<SysctlView> sysctls(Objects& objects);

}  // namespace inquest
