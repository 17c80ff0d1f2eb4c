// A network device that cannot go because somebody still counts on it.
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"unregister_netdevice: waiting for "};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, kTriggers[0]);
    if (!scan) return false;
    const auto device = scan->word();
    if (device.empty() || !scan->literal(" to become free")) return false;
    open_event(line, event, Kind::other);
    add_fact(event, line, "device", device);
    if (scan->until("Usage count = "))
        if (auto count = scan->dec()) add_fact(event, line, "usage-count", std::to_string(*count));
    return true;
}

void finish(CrashEvent& event) { event.title = "unregister_netdevice: waiting for DEV to become free"; }

}  // namespace

extern const KindReader plugin_kinds_network_device;
const KindReader plugin_kinds_network_device{"network_device", kTriggers, opens, nullptr,
                                             nullptr,          finish,    true};

}  // namespace inquest
