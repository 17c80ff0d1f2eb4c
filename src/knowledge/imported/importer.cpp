#include "knowledge/importer.h"

#include <algorithm>

namespace inquest {

void ImportResult::note(std::string_view what, std::string_view record) {
    auto found = std::ranges::find(notes, what, &ImportNote::what);
    if (found == notes.end()) found = notes.insert(notes.end(), {std::string(what), {}});
    if (found->records.empty() || found->records.back() != record) found->records.emplace_back(record);
}

}  // namespace inquest
