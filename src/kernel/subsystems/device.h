// Numbers of devices and who has them.
#pragma once

#include <string>
#include <vector>

#include "kernel/object.h"

namespace inquest {

struct DeviceNumbers {
    unsigned major = 0, first_minor = 0, minors = 0;  // of block devices only the major
    std::string name;
    std::uint64_t operations = 0;  // a character device's file_operations; 0 when it has no cdev yet
};

// As /proc/devices lists them, by major number.
std::vector<DeviceNumbers> character_devices(Objects& objects);
std::vector<DeviceNumbers> block_devices(Objects& objects);

}  // namespace inquest
