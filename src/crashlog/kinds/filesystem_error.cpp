// A file system that found itself damaged, or lost its disk, and stopped.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"XFS (",
                                          "XFS: Internal error ",
                                          "EXT4-fs error (device ",
                                          "EXT3-fs error (device ",
                                          "EXT2-fs error (device ",
                                          "BTRFS: error (device ",
                                          "BTRFS critical (device ",
                                          "BTRFS: Transaction aborted",
                                          "BTRFS error (device "};

constexpr std::string_view kXfs[] = {"Corruption of in-memory data",
                                     "Corruption detected",
                                     "Internal error ",
                                     "Metadata corruption detected at ",
                                     "Metadata CRC error detected at ",
                                     "Metadata I/O Error",
                                     "metadata I/O error",
                                     "Log I/O Error Detected",
                                     "log I/O error",
                                     "I/O Error Detected",
                                     "I/O error detected",
                                     "xfs_do_force_shutdown(",
                                     "Corruption warning:"};

constexpr std::string_view kReporting[] = {
    "^xfs_error_report$", "^xfs_corruption_error$", "^xfs_force_shutdown",   "^xfs_do_force_shutdown",
    "^ext4_error",        "^__ext4_error",          "^btrfs_handle_fs_error"};

struct Found {
    std::string_view filesystem, device, message;
};

// "XFS (dm-3): Internal error ...", "EXT4-fs error (device sda1) in ext4_wombat:118: ...": what stands in the
// parentheses, and behind `end` of them the message.
std::optional<Found> in_parentheses(const Line& line, std::string_view header, std::string_view end,
                                    std::string_view filesystem) {
    auto scan = after_header(line, header);
    if (!scan) return std::nullopt;
    const auto device = scan->until(end);
    if (!device || device->size() > 64 || device->find(')') != device->npos) return std::nullopt;
    return Found{filesystem, *device, scan->rest()};
}

bool is_xfs_failure(std::string_view message) {
    for (auto phrase : kXfs)
        if (message.starts_with(phrase)) return true;
    return false;
}

struct Header {
    std::string_view text, end, filesystem;
};
constexpr Header kHeaders[] = {
    {"EXT4-fs error (device ", "): ", "EXT4-fs"},
    {"EXT4-fs error (device ", ") in ", "EXT4-fs"},
    {"EXT3-fs error (device ", "): ", "EXT3-fs"},
    {"EXT2-fs error (device ", "): ", "EXT2-fs"},
    {"BTRFS critical (device ", "): ", "BTRFS"},
    {"BTRFS: error (device ", ") in ", "BTRFS"},
    {"BTRFS: error (device ", "): ", "BTRFS"},
    {"BTRFS error (device ", ") in ", "BTRFS"},
    {"BTRFS error (device ", "): Transaction aborted", "BTRFS"},
};

std::optional<Found> find_failure(const Line& line) {
    if (auto found = in_parentheses(line, "XFS (", "): ", "XFS")) {
        if (is_xfs_failure(found->message)) return found;
        return std::nullopt;
    }
    if (auto scan = after_header(line, "XFS: ")) {
        if (scan->rest().starts_with("Internal error ")) return Found{"XFS", {}, scan->rest()};
        return std::nullopt;
    }
    for (const Header& header : kHeaders)
        if (auto found = in_parentheses(line, header.text, header.end, header.filesystem)) return found;
    if (auto scan = after_header(line, "BTRFS: Transaction aborted"))
        return Found{"BTRFS", {}, line.text.substr(line.text.find("Transaction"))};
    return std::nullopt;
}

// "ext4_lookup:1602: inode #2: comm wombat: deleted inode referenced: 12": the function is to blame, the rest
// the title
struct Complaint {
    std::string_view function, text;
};
Complaint split_function(std::string_view message) {
    const auto colon = message.find(':');
    if (colon == message.npos || colon == 0) return {{}, message};
    const auto name = message.substr(0, colon);
    for (char c : name)
        if (!is_symbol_char(c)) return {{}, message};
    auto rest = message.substr(colon + 1);
    Scanner scan(rest);
    if (!scan.dec()) return {{}, message};
    scan.literal(":");
    return {name, trim(scan.rest())};
}

bool opens(const Line& line, CrashEvent& event) {
    auto found = find_failure(line);
    if (!found) return false;
    open_event(line, event, Kind::filesystem_error);
    add_fact(event, line, "filesystem", found->filesystem);
    if (!found->device.empty()) add_fact(event, line, "device", found->device);
    const auto complaint = split_function(found->message);
    if (!complaint.function.empty()) event.ip.symbol = complaint.function;
    add_fact(event, line, "message", complaint.text);
    if (auto comm = between(line.text, " comm ", ":")) event.task.comm = trim(*comm);
    return true;
}

bool is_consequence(const Line& line) {
    const auto text = line.text;
    for (std::string_view phrase :
         {"Please unmount the filesystem", "Please umount the filesystem", "Shutting down filesystem",
          "Unmount and run xfs_repair", "Remounting filesystem read-only", "forced readonly",
          "Aborting journal on device", "panic forced after error", "First 64 bytes of corrupted",
          "First 128 bytes of corrupted", "xfs_do_force_shutdown("})
        if (text.find(phrase) != text.npos) return true;
    return false;
}

// What the file system then did is part of the same story.
bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::filesystem_error || !is_consequence(line)) return false;
    if (line.text.find(open.fact("device")) == line.text.npos) return false;
    add_fact(open, line, "consequence", trim(line.text));
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    if (!is_consequence(line)) return false;
    add_fact(event, line, "consequence", trim(line.text));
    return true;
}

// "inode #2: comm wombat: deleted inode referenced" without who was hit
std::string_view without_victim(std::string_view message) {
    for (std::string_view word : {"inode #", "block ", "comm "}) {
        const auto end = message.find(": ");
        if (message.starts_with(word) && end != message.npos) message.remove_prefix(end + 2);
    }
    return message;
}

void finish(CrashEvent& event) {
    const std::string_view message = without_victim(event.fact("message"));
    // A message without a trace names who found the damage, or who called the finder.
    const auto caller = message.find("Caller ");
    if (event.ip.empty() && event.trace.empty())
        if (auto place = find_code(caller == message.npos ? message : message.substr(caller)))
            event.ip = *place;
    if (event.ip.empty())
        if (const Frame* frame = guilty_frame(event.trace, kReporting)) event.ip = *frame;
    blame(event, kReporting);
    auto end = message.find(" at ");
    if (end == message.npos) end = message.find(". ");
    event.title =
        title_in(std::string(event.fact("filesystem")) + ": " + std::string(message.substr(0, end)), event);
}

}  // namespace

extern const KindReader plugin_kinds_filesystem_error;
const KindReader plugin_kinds_filesystem_error{
    "filesystem_error", kTriggers, opens, continues, takes, finish, true};

}  // namespace inquest
