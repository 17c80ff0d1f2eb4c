// What several crashes have in common, and what tells them apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"
#include "report/document.h"

namespace inquest {

// One crash of one boot.
struct CrashCase {
    std::string name;  // the input's path, "#2" behind it when that holds several
    CrashEvent event;
    Kernel kernel;
    Host host;
    std::optional<std::uint64_t> free_memory;    // bytes, where the dump or the log tells
    std::vector<std::string> issues;             // ids of known issues that match with confidence
    std::vector<std::string> repeated_messages;  // before the crash
};

// The crashes in a report: of each boot the primary event, else the gravest; warnings are none.
std::vector<CrashCase> crash_cases(const Report& report);

// What at least two of them share.
struct SharedFactor {
    std::string factor, value;       // "faulting function", "cdev_put"
    std::vector<std::size_t> cases;  // which, from 0
    std::size_t known = 0;           // of how many it is known at all
    std::string note;                // "by chance 1 in 8"; "" nothing
    bool expected = false;           // machines of one fleet share it anyway: a release, a processor
};

// Crashes that share more with each other than with the rest.
struct LookAlikes {
    std::vector<std::size_t> cases;
    std::vector<std::size_t> factors;  // of Comparison::factors: what all of them share
};

struct Comparison {
    std::vector<CrashCase> cases;
    std::vector<SharedFactor> factors;  // telling ones first, then by how many share them
    std::vector<LookAlikes> groups;
};
Comparison compare(std::vector<CrashCase> cases);

// As sections to be drawn, and as JSON, schema "inquest.compare/1".
std::vector<Section> compose_comparison(const Comparison& comparison);
std::string comparison_json(const Comparison& comparison);

}  // namespace inquest
