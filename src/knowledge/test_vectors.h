// Reads the tables of tests/data/versions/.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/text.h"

namespace inquest {

// The rows of a table, split at tabs; lines with '#' in front are left out. Empty when the file is not there.
inline std::vector<std::vector<std::string>> read_vectors(const std::string& name) {
    std::ifstream in(std::string(INQUEST_SOURCE_DIR "/tests/data/versions/") + name);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        auto& row = rows.emplace_back();
        for (auto field : split(line, '\t')) row.emplace_back(field);
    }
    return rows;
}

}  // namespace inquest
