// File systems as /proc/mounts shows them. One file in filesystems/ is one kind of file system: the options
// that its super_operations.show_options would print.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kernel/object.h"

namespace inquest {

// Options in the order of the kernel, built up as ",size=4k,mode=700" is.
class MountOptions {
  public:
    void flag(std::string_view name) { text_.append(",").append(name); }
    void set(std::string_view name, std::string_view value);
    void number(std::string_view name, std::uint64_t value) { set(name, std::to_string(value)); }
    void octal(std::string_view name, std::uint64_t value);  // at least three digits
    // The kernel would print more here than can be told from the dump.
    void incomplete() { complete_ = false; }

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool is_complete() const { return complete_; }

  private:
    std::string text_;
    bool complete_ = true;
};

struct Filesystem {
    std::uint64_t magic;  // super_block.s_magic, include/uapi/linux/magic.h
    void (*options)(Objects& objects, const Object& superblock, MountOptions& out);
};

// Every file system whose options are known.
std::span<const Filesystem* const> all_filesystems();

// Space, tab, newline, backslash and `more` as \ooo: what the kernel's seq_escape writes.
std::string escape_octal(std::string_view text, std::string_view more = "");

// Options of the file system itself; not complete when it has some that nobody here knows.
MountOptions filesystem_options(Objects& objects, const Object& superblock);

}  // namespace inquest
