#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/netdevice.h"

namespace inquest {
namespace {

constexpr std::uint64_t kUp = 1;  // IFF_UP, include/uapi/linux/if.h

Json json_of(Workspace& workspace, const NetDevice& device) {
    Json one;
    one.set("address", hex(device.address));
    one.set("name", device.name);
    one.set("index", device.index);
    one.set("mtu", device.mtu);
    one.set("flags", hex(device.flags));
    one.set("up", (device.flags & kUp) != 0);
    one.set("hardware", device.hardware.empty() ? Json() : Json(device.hardware));
    Json::Array addresses;
    for (const std::string& address : device.addresses) addresses.emplace_back(address);
    one.set("addresses", std::move(addresses));
    one.set("operations", workspace.symbol_text(device.operations));
    return one;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("net", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("net takes no words");
    Objects objects(workspace.session());
    auto spaces = net_namespaces(objects);
    if (spaces.empty())
        return cannot_tell(
            "the kernel's symbols do not tell where its network namespaces are (net_namespace_list)");
    InspectionAnswer answer;
    Json::Array all;
    for (const NetNamespace& space : spaces) {
        answer.text += fmt::format("{}NAMESPACE {}\n{:16}  {:>5}  {:15}  {:4}  {:>6}  {:17}  ADDRESSES\n",
                                   answer.text.empty() ? "" : "\n", space.inum, "NET_DEVICE", "INDEX", "NAME",
                                   "", "MTU", "HARDWARE");
        Json one;
        Json::Array devices;
        for (const NetDevice& device : space.devices) {
            const std::string_view state = device.flags & kUp ? "up" : "down";
            answer.text += fmt::format("{:016x}  {:>5}  {:15}  {:4}  {:>6}  {:17}  {}\n", device.address,
                                       device.index, escape_for_terminal(device.name), state, device.mtu,
                                       device.hardware, join(device.addresses, " "));
            devices.push_back(json_of(workspace, device));
        }
        one.set("namespace", space.inum);
        one.set("address", hex(space.address));
        one.set("devices", std::move(devices));
        all.push_back(std::move(one));
    }
    answer.json.set("namespaces", std::move(all));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_net;
const Inspection plugin_inspections_net{"net", "", "network devices with their addresses",
                                        "The devices of every network namespace: index, name, whether they "
                                        "are up, MTU, hardware address and IPv4\n"
                                        "addresses.\n",
                                        run};

}  // namespace inquest
