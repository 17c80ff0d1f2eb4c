#include "crashlog/kind_index.h"

#include "crashlog/boots.h"
#include "crashlog/transcript.h"

namespace inquest {

KindIndex::KindIndex() {
    for (bool general : {false, true}) {
        for (const KindReader* reader : all_kind_readers()) {
            if (reader->general != general) continue;
            for (auto literal : reader->triggers) triggers_.add(literal, readers_.size());
            readers_.push_back(reader);
        }
    }
    triggers_.build();
}

const KindIndex& KindIndex::all() {
    static const KindIndex index;
    return index;
}

std::vector<std::string_view> all_triggers() {
    std::vector<std::string_view> literals;
    for (const KindReader* reader : all_kind_readers())
        literals.insert(literals.end(), reader->triggers.begin(), reader->triggers.end());
    auto session = Transcript::triggers();
    literals.insert(literals.end(), session.begin(), session.end());
    literals.insert(literals.end(), boot_triggers().begin(), boot_triggers().end());
    return literals;
}

}  // namespace inquest
