#include "kernel/subsystems/device.h"

#include <algorithm>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::uint64_t kBuckets = 255;  // CHRDEV_MAJOR_HASH_SIZE, BLKDEV_MAJOR_HASH_SIZE
constexpr std::size_t kMostDevices = 1 << 16;

template <typename Take>
void each(Objects& objects, std::string_view table, std::string_view structure, Take take) {
    auto buckets = objects.session().symbols().address_of(table);
    std::size_t count = 0;
    for (std::uint64_t i = 0; buckets && i < kBuckets; ++i) {
        auto first = objects.session().read_pointer(*buckets + i * 8);
        for (Object entry = objects.at(structure, first.value_or(0)); entry; entry = entry.follow("next")) {
            if (++count > kMostDevices) {
                objects.add_problem("the devices in " + std::string(table) + " run in a circle at " +
                                    hex(entry.address()));
                return;
            }
            take(entry);
        }
    }
}

}  // namespace

std::vector<DeviceNumbers> character_devices(Objects& objects) {
    std::vector<DeviceNumbers> all;
    each(objects, "chrdevs", "char_device_struct", [&](const Object& entry) {
        all.push_back({static_cast<unsigned>(entry.get("major").value_or(0)),
                       static_cast<unsigned>(entry.get("baseminor").value_or(0)),
                       static_cast<unsigned>(entry.get("minorct").value_or(0)),
                       entry.text("name", 64).value_or(""), entry.follow("cdev").get("ops").value_or(0)});
    });
    std::ranges::stable_sort(all, {}, &DeviceNumbers::major);
    return all;
}

std::vector<DeviceNumbers> block_devices(Objects& objects) {
    std::vector<DeviceNumbers> all;
    each(objects, "major_names", "blk_major_name", [&](const Object& entry) {
        all.push_back({static_cast<unsigned>(entry.get("major").value_or(0)), 0, 0,
                       entry.text("name", 16).value_or(""), 0});
    });
    std::ranges::stable_sort(all, {}, &DeviceNumbers::major);
    return all;
}

}  // namespace inquest
