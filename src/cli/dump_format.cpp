#include "cli/dump_format.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

}  // namespace

std::string_view dump_format(const std::string& path) {
    int fd = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return {};
    char bytes[32];
    struct stat file {};
    ssize_t size = fstat(fd, &file) == 0 && S_ISREG(file.st_mode) ? pread(fd, bytes, sizeof bytes, 0) : 0;
    close(fd);
    std::string_view head(bytes, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (head.starts_with("KDUMP   ") || head.starts_with("DISKDUMP")) return "kdump-compressed";
    if (head.starts_with("makedumpfile")) return "flattened kdump";
    return is_elf_core(head) ? "ELF core" : std::string_view();
}

}  // namespace inquest
