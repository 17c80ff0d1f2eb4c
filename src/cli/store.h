// Where a machine keeps the logs of its crashes. One file in stores/ is one keeper.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

// One crash, or what may be one, that a machine has kept.
struct KeptCrash {
    std::string_view store;  // name of the CrashStore
    std::string place;       // what open_input takes
    std::int64_t time = 0;   // when it was written, seconds since the epoch
    std::string note;        // "dump without log", ...; may be empty
    std::string problem;     // why it cannot be read, "" when it can
};

struct CrashStore {
    std::string_view name;
    // Appends what it keeps below `root` ("" is the machine itself, tests give a folder), in any order.
    void (*list)(const std::string& root, std::vector<KeptCrash>& found);
};

std::span<const CrashStore* const> all_stores();

// All that this machine has kept, newest first.
std::vector<KeptCrash> kept_crashes(const std::string& root);

}  // namespace inquest
