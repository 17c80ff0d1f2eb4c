#include "crashlog/boots.h"

#include <algorithm>

#include "arch/arch.h"
#include "base/scanner.h"

namespace inquest {
namespace {

// Time stamps of CPUs that print at once are not in order; a reset clock falls further than that.
constexpr std::int64_t kDisorder = 5'000'000;

constexpr std::int64_t kLeap = 3'600'000'000;

constexpr std::string_view kTriggers[] = {"Linux version ", "K available (", "Allowing ",        "CPUs, ",
                                          "Brought up ",    "] DMI: ",       "] Hardware name: "};

bool one_begins_other(std::string_view a, std::string_view b) { return a.starts_with(b) || b.starts_with(a); }

}  // namespace

std::span<const std::string_view> boot_triggers() { return kTriggers; }

std::optional<Kernel> parse_banner(std::string_view text) {
    Scanner scanner(trim_left(text));
    if (!scanner.literal("Linux version ")) return std::nullopt;
    auto release = scanner.word();
    if (release.empty() || !is_digit(release.front())) return std::nullopt;
    Kernel kernel;
    kernel.release = release;
    // In running text the version is followed by more text, in the banner by who built it.
    if (scanner.spaces().peek() != '(') return std::nullopt;
    if (auto hash = scanner.rest().find(" #"); hash != std::string_view::npos)
        kernel.version = trim(scanner.rest().substr(hash + 1));
    if (const Arch* arch = arch_of_release(release)) kernel.arch = arch->name;
    return kernel;
}

void Boots::begin() {
    if (!seen_) return;
    ++current_;
    last_time_.reset();
    release_.clear();
    seen_ = false;
}

void Boots::take_banner(std::string_view text) {
    auto kernel = parse_banner(text);
    if (!kernel) return;
    release_ = kernel->release;
    banner_ = std::move(*kernel);
    host_ = Host{.name = host_.name};
    ++banners_;
}

void Boots::take_machine(std::string_view text) {
    Scanner scanner(trim_left(text));
    if (scanner.literal("DMI: ")) {
        // Since 6.12 a second line counts memory modules (drivers/firmware/dmi_scan.c).
        if (!scanner.rest().starts_with("Memory slots populated")) host_.hardware = trim(scanner.rest());
    } else if (scanner.literal("Memory: ")) {
        if (!scanner.until("K/")) return;
        if (auto total = scanner.dec(); total && scanner.literal("K available")) host_.memory = *total * 1024;
    } else if (scanner.literal("smpboot: Allowing ") || scanner.literal("SMP: Allowing ")) {
        if (auto cpus = scanner.dec(); cpus && *cpus < (1U << 20)) host_.cpus = static_cast<unsigned>(*cpus);
    } else if (scanner.literal("smp: Brought up ") || scanner.literal("SMP: Brought up ")) {
        scanner.dec();
        if (!scanner.literal(" node, ") && !scanner.literal(" nodes, ")) return;
        if (auto cpus = scanner.dec(); cpus && *cpus < (1U << 20)) host_.cpus = static_cast<unsigned>(*cpus);
    }
}

bool Boots::take(const Line& line, bool in_monitor) {
    auto text = trim_left(line.text);
    bool banner = text.starts_with("Linux version ") && parse_banner(text);
    bool fell_back = line.time_us && last_time_ && *line.time_us + kDisorder < *last_time_;
    int before = current_;
    // The banner is a boot's first line, or near it where the loader or the console was earlier.
    bool at_start = last_time_ && *last_time_ < kDisorder;
    // Another piece of log in an article, when there is no banner to tell.
    bool leapt = prose_ && banners_ == 0 && line.time_us && last_time_ && *line.time_us - *last_time_ > kLeap;
    bool running = in_monitor || (line.time_us && *line.time_us > kDisorder && !fell_back);
    if (fell_back || leapt || (banner && !running && !(at_start && release_.empty()))) begin();
    if (banner) take_banner(text);
    if (line.time_us) last_time_ = std::max(*line.time_us, last_time_.value_or(*line.time_us));
    if (line.enveloped || banner) seen_ = true;
    if (line.enveloped || !text.empty()) prose_ = !line.enveloped;
    if (host_.name.empty() && !line.host.empty()) host_.name = line.host;
    if (!text.empty() &&
        (text.front() == 'D' || text.front() == 'M' || text.front() == 's' || text.front() == 'S'))
        take_machine(text);
    return current_ != before;
}

bool Boots::take_release(const std::string& release) {
    if (release.empty()) return false;
    if (!release_.empty() && !one_begins_other(release, release_)) {
        seen_ = true;
        begin();
        seen_ = true;
        release_ = release;
        return true;
    }
    seen_ = true;
    if (release.size() > release_.size()) release_ = release;
    return false;
}

}  // namespace inquest
