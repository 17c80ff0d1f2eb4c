// The kernel found no root file system to start from.
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"VFS: Cannot open root device ", "VFS: Unable to mount root fs"};

bool is_panic(const Line& line) {
    return after_header(line, "Kernel panic - not syncing: VFS: Unable to mount root fs").has_value();
}

void read_panic(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    add_fact(event, line, "panic", text.substr(text.find("syncing: ") + 9));
}

// "VFS: Cannot open root device "UUID=..." or unknown-block(0,0): error -6"
bool opens(const Line& line, CrashEvent& event) {
    if (auto scan = after_header(line, kTriggers[0])) {
        const auto end = scan->rest().find(" or ");
        if (end == std::string_view::npos) return false;
        open_event(line, event, Kind::mount_root_failure);
        add_fact(event, line, "device", scan->rest().substr(0, end));
        if (scan->until("error ")) add_fact(event, line, "error", scan->rest());
        return true;
    }
    if (!is_panic(line)) return false;
    open_event(line, event, Kind::mount_root_failure);
    read_panic(line, event);
    return true;
}

bool continues(const Line& line, CrashEvent& open) {
    if (open.kind != Kind::mount_root_failure || !is_panic(line) || !open.fact("panic").empty()) return false;
    read_panic(line, open);
    return true;
}

// The list of what there is: "fe00   8388608 vda", " driver: virtio_blk", "No filesystem could mount root,
// tried: ext4"
bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("No filesystem could mount root, tried:")) {
        add_fact(event, line, "tried", text.substr(38));
        return true;
    }
    if (text.starts_with("Please append a correct \"root=\"") || text.starts_with("driver: ") ||
        text.starts_with("List of all"))
        return true;
    const auto words = split_words(text.substr(0, 160));
    if (event.fact("panic").empty() && words.size() >= 3 && words[0].size() == 4 && parse_hex(words[0]) &&
        parse_dec(words[1])) {
        add_fact(event, line, "partition", words[2]);
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    const auto panic = event.fact("panic");
    event.title = clean_title("kernel panic: " + (panic.empty() ? std::string("VFS: Unable to mount root fs")
                                                                : std::string(panic)));
}

}  // namespace

extern const KindReader plugin_kinds_mount_root;
const KindReader plugin_kinds_mount_root{"mount_root", kTriggers, opens, continues, takes, finish, true};

}  // namespace inquest
