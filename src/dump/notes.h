// ELF notes as kdump and QEMU write them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace inquest {

struct Note {
    std::string_view name;  // "CORE", "VMCOREINFO", "QEMU"
    std::uint32_t type;
    std::span<const std::uint8_t> description;
};

// Calls `take` for each note until it answers false or the notes end, well-formed or not.
void for_each_note(std::span<const std::uint8_t> notes, const std::function<bool(const Note&)>& take);

// The text of the VMCOREINFO note; "" when there is none.
std::string vmcoreinfo_text(std::span<const std::uint8_t> notes);

}  // namespace inquest
