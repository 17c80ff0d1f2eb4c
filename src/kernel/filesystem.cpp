#include "kernel/filesystem.h"

#include <fmt/format.h>

namespace inquest {

void MountOptions::set(std::string_view name, std::string_view value) {
    text_.append(",").append(name).append("=").append(escape_octal(value, ",#"));
}

void MountOptions::octal(std::string_view name, std::uint64_t value) {
    set(name, fmt::format("{:03o}", value & 07777));
}

std::string escape_octal(std::string_view text, std::string_view more) {
    std::string out;
    for (char c : text) {
        const bool special = c == ' ' || c == '\t' || c == '\n' || c == '\\' || more.find(c) != more.npos;
        out += special ? fmt::format("\\{:03o}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return out;
}

MountOptions filesystem_options(Objects& objects, const Object& superblock) {
    MountOptions options;
    auto shows = superblock.follow("s_op").get("show_options");
    auto magic = superblock.get("s_magic");
    if (shows == 0U) return options;
    for (const Filesystem* known : all_filesystems())
        if (known->magic == magic) {
            known->options(objects, superblock, options);
            return options;
        }
    options.incomplete();
    return options;
}

}  // namespace inquest
