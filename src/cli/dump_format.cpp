#include "cli/dump_format.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"

namespace inquest {
namespace {

// ELF's e_type, in either byte order.
bool is_elf_core(std::string_view head) {
    static constexpr std::size_t kType = 16;
    static constexpr char kCore = 4;
    if (!head.starts_with("\x7f"
                          "ELF") ||
        head.size() < kType + 2)
        return false;
    return head[kType] + head[kType + 1] == kCore && (head[kType] == kCore || head[kType + 1] == kCore);
}

bool is_coded(std::string_view head) {
    return std::ranges::any_of(all_codecs(), [&](const Codec* codec) { return codec->recognizes(head); });
}

// The first bytes of what is inside a compressed file.
std::string_view decoded_head(const std::string& path, std::span<char> bytes) {
    auto raw = open_raw(path);
    if (!raw) return {};
    auto stream = decode(std::move(*raw));
    std::size_t have = 0;
    while (stream && have < bytes.size()) {
        auto got = (*stream)->read(bytes.subspan(have));
        if (!got || *got == 0) break;
        have += *got;
    }
    return {bytes.data(), have};
}

}  // namespace

std::string_view dump_format(const std::string& path) {
    int fd = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return {};
    std::array<char, 32> bytes{};
    struct stat file {};
    ssize_t size =
        fstat(fd, &file) == 0 && S_ISREG(file.st_mode) ? pread(fd, bytes.data(), bytes.size(), 0) : 0;
    close(fd);
    std::string_view head(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (path != "-" && !head.empty() && is_coded(head)) head = decoded_head(path, bytes);
    if (head.starts_with("KDUMP   ") || head.starts_with("DISKDUMP")) return "kdump-compressed";
    if (head.starts_with("makedumpfile")) return "flattened kdump";
    return is_elf_core(head) ? "ELF core" : std::string_view();
}

}  // namespace inquest
