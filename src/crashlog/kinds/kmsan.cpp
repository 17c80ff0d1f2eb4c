// KMSAN: a value that nobody set decides something, or leaves the kernel.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: KMSAN:"};

// Who only passes messages on, or encrypts what it was given.
constexpr std::string_view kCarriers[] = {"alloc_skb", "netlink_ack", "netlink_rcv_skb", "_encrypt$",
                                          "^crypto_",  "^cipher_",    "^drbg_",          "^rng_"};
constexpr std::string_view kUsbTransfer[] = {"alloc_skb",    "usb_submit_urb",    "usb_start_wait_urb",
                                             "usb_bulk_msg", "usb_interrupt_msg", "usb_control_msg"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "BUG: KMSAN:");
    if (!scan) return false;
    auto type = scan->spaces().until(" in ");
    if (!type || type->empty() || type->find(' ') != type->npos) return false;
    auto where = scan_code(*scan);
    if (!where || (!where->offset && !scan->spaces().done())) return false;
    open_event(line, event, Kind::kmsan);
    add_fact(event, line, "type", *type);
    event.ip = *where;
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("Uninit was ") || text.starts_with("Local variable ") ||
        text.starts_with("<Zero or more stacks")) {
        begin_stack(event, text.substr(0, text.find(" at:")));
        return true;
    }
    Scanner scan(text);
    if (scan.literal("Bytes ") && text.ends_with("uninitialized")) {
        add_fact(event, line, "uninitialized", text);
        return true;
    }
    if (scan.literal("Memory access of size ")) {
        if (auto size = scan.dec()) add_fact(event, line, "access-size", std::to_string(*size));
        if (scan.literal(" starts at ")) event.fault_address = scan.hex();
        return true;
    }
    if (scan.literal("Data copied to user address ")) {
        add_fact(event, line, "copied-to-user-address", scan.rest());
        return true;
    }
    return false;
}

void finish(CrashEvent& event) {
    const auto type = event.fact("type");
    if (auto where = find_code(event.headline)) event.ip = *where;
    blame_trace(event, event.trace, type == "kernel-usb-infoleak" ? NamePatterns(kUsbTransfer) : kCarriers);
    if (event.guilty.function.empty()) blame(event);
    event.title = title_in("KMSAN: " + std::string(type), event);
}

}  // namespace

extern const KindReader plugin_kinds_kmsan;
const KindReader plugin_kinds_kmsan{"kmsan", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
