#include "kernel/subsystems/file.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostDescriptors =
    1 << 20;  // sysctl_nr_open's default; a table above it is cut, and said
constexpr std::uint64_t kCloseOnExec = 02000000;  // O_CLOEXEC of x86 and arm64

// The words of an array of the kernel, 512 at a time.
class WordArray {
  public:
    WordArray(Session& session, std::uint64_t address) : session_(session), address_(address) {}
    std::optional<std::uint64_t> at(std::uint64_t index) {
        const std::uint64_t block = index / kBlock;
        if (block != block_ || words_.empty()) {
            block_ = block;
            words_.assign(kBlock, 0);
            // The last block may reach past the array into what is not there: then word by word.
            is_whole_ = session_.read(address_ + block * kBlock * 8,
                                      {reinterpret_cast<std::uint8_t*>(words_.data()), kBlock * 8}) ==
                        ReadOutcome::present;
        }
        return is_whole_ ? words_[index % kBlock] : session_.read_pointer(address_ + index * 8);
    }

  private:
    static constexpr std::uint64_t kBlock = 512;
    Session& session_;
    std::uint64_t address_, block_ = 0;
    std::vector<std::uint64_t> words_;
    bool is_whole_ = false;
};

OpenFile view_of(Objects& objects, unsigned fd, const Object& file, bool closes_on_exec,
                 const FilePlace& root) {
    OpenFile open;
    const FilePlace place = place_in(file, "f_path");
    Object inode = file.follow("f_inode");
    open.fd = fd;
    open.file = file.address();
    open.dentry = place.dentry.address();
    open.inode = inode.address();
    open.inode_number = inode.get("i_ino").value_or(0);
    open.type = inode_type(inode);
    open.path = path_of(objects, place, root);
    open.deleted = open.path.ends_with(" (deleted)");
    open.position = static_cast<std::int64_t>(file.get("f_pos").value_or(0));
    open.flags = (file.get("f_flags").value_or(0) & ~kCloseOnExec) | (closes_on_exec ? kCloseOnExec : 0);
    if (auto offset = objects.offset_of("mount", "mnt"); offset && place.mount)
        open.mount =
            static_cast<int>(objects.at("mount", place.mount.address() - *offset).get("mnt_id").value_or(0));
    return open;
}

}  // namespace

FilePlace first_root(Objects& objects) {
    // PID 1 is the first behind init_task in the list of tasks; init_task's own root is that of the kernel's
    // threads.
    Object init = objects.global("task_struct", "init_task");
    auto next = init.get("tasks.next");
    auto offset = objects.offset_of("task_struct", "tasks");
    Object first = next && offset ? objects.at("task_struct", *next - *offset) : Object();
    FilePlace root = place_in(first.follow("fs"), "root");
    return root.dentry ? root : place_in(init.follow("fs"), "root");
}

void each_open_file(Objects& objects, const Object& files,
                    const std::function<void(unsigned fd, const Object& file, bool closes_on_exec)>& visit) {
    Object table = files.follow("fdt");
    auto count = table.get("max_fds"), array = table.get("fd"), closing = table.get("close_on_exec");
    if (!count || !array) {
        objects.add_problem("the table of open files at " + hex(files.address()) + " is not in the dump");
        return;
    }
    if (*count > kMostDescriptors)
        objects.add_problem(fmt::format("the table of open files at {} claims {} descriptors; {} are read",
                                        hex(files.address()), *count, kMostDescriptors));
    WordArray pointers(objects.session(), *array), closes(objects.session(), closing.value_or(0));
    std::size_t missing = 0;
    for (std::uint64_t fd = 0; fd < std::min(*count, kMostDescriptors); ++fd) {
        auto pointer = pointers.at(fd);
        missing += !pointer;
        if (!pointer || *pointer == 0) continue;
        const bool closes_on_exec = closing && (closes.at(fd / 64).value_or(0) >> fd % 64 & 1);
        visit(static_cast<unsigned>(fd), objects.at("file", *pointer), closes_on_exec);
    }
    if (missing)
        objects.add_problem(fmt::format("{} descriptors of the table at {} are not in the dump", missing,
                                        hex(files.address())));
}

std::string inode_type(const Object& inode) {
    auto mode = inode.get("i_mode");
    if (!mode) return "?";
    switch (*mode & 0170000) {
        case 0100000:
            return "REG";
        case 0040000:
            return "DIR";
        case 0020000:
            return "CHR";
        case 0060000:
            return "BLK";
        case 0010000:
            return "FIFO";
        case 0140000:
            return "SOCK";
        case 0120000:
            return "LNK";
        case 0:
            return "ANON";
        default:
            return "?";
    }
}

std::string path_of_file(Objects& objects, const Object& file) {
    return path_of(objects, place_in(file, "f_path"), first_root(objects));
}

TaskFiles open_files(Objects& objects, std::uint64_t address) {
    TaskFiles all;
    Object task = objects.at("task_struct", address), fs = task.follow("fs"), files = task.follow("files");
    const FilePlace root = first_root(objects);
    if (fs) {
        all.root = path_of(objects, place_in(fs, "root"), root);
        all.cwd = path_of(objects, place_in(fs, "pwd"), root);
    }
    all.table = files.address();
    if (files)
        each_open_file(objects, files, [&](unsigned fd, const Object& file, bool closes_on_exec) {
            all.files.push_back(view_of(objects, fd, file, closes_on_exec, root));
        });
    return all;
}

}  // namespace inquest
