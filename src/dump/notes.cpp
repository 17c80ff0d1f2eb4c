#include "dump/notes.h"

#include <cstring>

namespace inquest {

void for_each_note(std::span<const std::uint8_t> notes, const std::function<bool(const Note&)>& take) {
    auto aligned = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
    struct Header {
        std::uint32_t name_size, description_size, type;
    } header;
    while (notes.size() >= sizeof header) {
        std::memcpy(&header, notes.data(), sizeof header);
        notes = notes.subspan(sizeof header);
        std::uint64_t name_size = aligned(header.name_size),
                      whole = name_size + aligned(header.description_size);
        if (whole > notes.size() || (header.name_size == 0 && header.description_size == 0)) return;
        std::string_view name(reinterpret_cast<const char*>(notes.data()), header.name_size);
        if (!take({name.substr(0, name.find('\0')), header.type,
                   notes.subspan(name_size, header.description_size)}))
            return;
        notes = notes.subspan(whole);
    }
}

std::string vmcoreinfo_text(std::span<const std::uint8_t> notes) {
    std::string text;
    for_each_note(notes, [&](const Note& note) {
        if (note.name != "VMCOREINFO") return true;
        text.assign(reinterpret_cast<const char*>(note.description.data()), note.description.size());
        return false;
    });
    return text;
}

}  // namespace inquest
