// Dumps that makedumpfile --split wrote into several files, each with its own share of the pages.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dump/memory.h"

namespace inquest {

struct PartFile {
    std::string path;
    std::unique_ptr<Dump> dump;
};

// One dump out of its parts (each has facts().part). The error names the file that does not belong to the
// first; parts that are not among them are a problem in its facts, and their pages are torn.
Result<std::unique_ptr<Dump>> join_parts(std::vector<PartFile> parts);

// What the parts of one dump have in common; "" for any other file. Reads headers only.
std::string split_identity(const std::string& path);

}  // namespace inquest
