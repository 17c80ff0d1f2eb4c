#include "kernel/subsystems/netdevice.h"

#include <array>
#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLongestAddress = 32;  // MAX_ADDR_LEN
constexpr std::size_t kMostAddresses = 4096;

std::string hardware_of(Objects& objects, const Object& device) {
    auto at = device.get("dev_addr");
    const std::uint64_t length = device.get("addr_len").value_or(0);
    if (!at || *at == 0 || length == 0 || length > kLongestAddress) return "";
    std::array<std::uint8_t, kLongestAddress> bytes{};
    if (objects.session().read(*at, std::span(bytes).first(length)) != ReadOutcome::present) return "";
    std::string text;
    for (std::uint64_t i = 0; i < length; ++i) text += fmt::format("{}{:02x}", i ? ":" : "", bytes[i]);
    return text;
}

std::vector<std::string> addresses_of(Objects& objects, const Object& device) {
    std::vector<std::string> addresses;
    Object settings = objects.at("in_device", device.get("ip_ptr").value_or(0));
    for (Object one = settings.follow("ifa_list"); one; one = one.follow("ifa_next")) {
        if (addresses.size() >= kMostAddresses) {
            objects.add_problem("the addresses of the device at " + hex(device.address()) +
                                " run in a circle");
            break;
        }
        const std::uint64_t ip = one.get("ifa_local").value_or(0);  // in network order
        addresses.push_back(fmt::format("{}.{}.{}.{}/{}", ip & 255, ip >> 8 & 255, ip >> 16 & 255,
                                        ip >> 24 & 255, one.get("ifa_prefixlen").value_or(0)));
    }
    return addresses;
}

}  // namespace

std::vector<NetNamespace> net_namespaces(Objects& objects) {
    std::vector<NetNamespace> spaces;
    auto list = objects.session().symbols().address_of("net_namespace_list");
    auto all = list ? objects.list(*list, "net", "list") : std::vector{objects.global("net", "init_net")};
    for (const Object& net : all) {
        NetNamespace space{.address = net.address(), .inum = net.get("ns.inum").value_or(0)};
        for (const Object& device :
             objects.list(net.address_of("dev_base_head").value_or(0), "net_device", "dev_list"))
            space.devices.push_back({device.address(), device.text("name", 16).value_or(""),
                                     static_cast<int>(device.get("ifindex").value_or(0)),
                                     device.get("mtu").value_or(0), device.get("flags").value_or(0),
                                     hardware_of(objects, device), addresses_of(objects, device),
                                     device.get("netdev_ops").value_or(0)});
        if (net) spaces.push_back(std::move(space));
    }
    return spaces;
}

}  // namespace inquest
