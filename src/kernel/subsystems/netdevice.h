// Network devices.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/object.h"

namespace inquest {

struct NetDevice {
    std::uint64_t address = 0;
    std::string name;
    int index = 0;
    std::uint64_t mtu = 0, flags = 0;    // flags: IFF_*
    std::string hardware;                // "52:54:00:12:34:56"; "" without one
    std::vector<std::string> addresses;  // IPv4: "10.0.2.15/24"
    std::uint64_t operations = 0;        // its net_device_ops
};

struct NetNamespace {
    std::uint64_t address = 0, inum = 0;
    std::vector<NetDevice> devices;  // in the kernel's order
};

// Every network namespace. What breaks off is a problem in `objects`.
std::vector<NetNamespace> net_namespaces(Objects& objects);

}  // namespace inquest
