// How fast bytes become Lines: ordinary text passed over, and every line read, in bytes a second.
#include <benchmark/benchmark.h>
#include <cstdio>
#include <string>

#include "crashlog/source.h"

namespace {

using namespace inquest;

constexpr std::size_t kBytes = 256 << 20;

// Messages of a quiet machine, with the envelopes that rsyslog and dmesg give them.
const std::string& ordinary_log() {
    static const std::string kLog = [] {
        static constexpr const char* kMessages[] = {
            "usb 1-%d: new high-speed USB device number %d using xhci_hcd",
            "IPv6: ADDRCONF(NETDEV_CHANGE): eth%d: link becomes ready on port %d",
            "docker0: port %d(veth2f1a%d) entered forwarding state",
            "nvme nvme0: I/O %d QID %d timeout, completion polled",
        };
        std::string log;
        log.reserve(kBytes + 256);
        char message[128];
        char line[256];
        for (unsigned number = 0; log.size() < kBytes; ++number) {
            std::snprintf(message, sizeof message, kMessages[number % 4], number % 10, number % 97);
            const char* head = number % 2 == 0 ? "May 25 20:50:48 node1 kernel: " : "";
            std::snprintf(line, sizeof line, "%s[%5u.%06u] %s\n", head, number / 100, number % 1000000,
                          message);
            log += line;
        }
        return log;
    }();
    return kLog;
}

void pass_over_ordinary_text(benchmark::State& state) {
    const std::string& log = ordinary_log();
    for (auto _ : state) {
        auto source = open_text(log);
        while (source->next() != nullptr) source->skip_to_trigger();
        benchmark::DoNotOptimize(source->lines());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * log.size()));
}
BENCHMARK(pass_over_ordinary_text)->Unit(benchmark::kMillisecond);

void read_every_line(benchmark::State& state) {
    const std::string& log = ordinary_log();
    for (auto _ : state) {
        auto source = open_text(log);
        while (const Line* line = source->next()) benchmark::DoNotOptimize(line->text.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * log.size()));
}
BENCHMARK(read_every_line)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
