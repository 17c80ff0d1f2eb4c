#include "crashlog/transcript.h"

#include <algorithm>
#include <array>

#include "base/scanner.h"

namespace inquest {
namespace {

constexpr std::size_t kMostInstructions = 4096;

// The release in the path of a vmlinux: ".../modules/3.10.0-514.el7.x86_64/vmlinux", "/boot/vmlinux-5.14.0".
std::string_view release_in(std::string_view path) {
    if (auto at = path.find("/modules/"); at != path.npos) {
        auto release = path.substr(at + 9);
        return release.substr(0, release.find_first_of("/ "));
    }
    if (auto at = path.find("vmlinux-"); at != path.npos) {
        auto release = path.substr(at + 8);
        return release.substr(0, release.find_first_of("/ "));
    }
    return {};
}

// "03:43:14", "12 days, 03:43:14"
std::optional<double> seconds_in(std::string_view text) {
    Scanner scanner(trim(text));
    std::uint64_t days = 0;
    if (scanner.rest().find("day") != std::string_view::npos) {
        auto number = scanner.dec();
        if (!number || !scanner.until(", ")) return std::nullopt;
        days = *number;
    }
    auto hours = scanner.dec();
    if (!hours || !scanner.literal(":")) return std::nullopt;
    auto minutes = scanner.dec();
    if (!minutes || !scanner.literal(":")) return std::nullopt;
    auto seconds = scanner.dec();
    if (!seconds || days > 100'000) return std::nullopt;
    return static_cast<double>(((days * 24 + *hours) * 60 + *minutes) * 60 + *seconds);
}

// "128 GB", "7.9 GB", "512 MB"
std::optional<std::uint64_t> bytes_in(std::string_view text) {
    Scanner scanner(trim(text));
    auto whole = scanner.dec();
    if (!whole || *whole > 1'000'000) return std::nullopt;
    double value = static_cast<double>(*whole);
    if (scanner.literal(".")) {
        auto digits = scanner.take_while(is_digit);
        double scale = 1;
        for (char c : digits.substr(0, 3)) value += (c - '0') * (scale /= 10);
    }
    scanner.spaces();
    constexpr std::array<std::string_view, 5> kUnits{"B", "KB", "MB", "GB", "TB"};
    auto unit = std::ranges::find(kUnits, scanner.word());
    if (unit == kUnits.end()) return std::nullopt;
    for (auto u = kUnits.begin(); u != unit; ++u) value *= 1024;
    return static_cast<std::uint64_t>(value);
}

}  // namespace

std::span<const std::string_view> Transcript::triggers() {
    static constexpr std::string_view kTriggers[] = {"KERNEL: /", "KERNEL: vmlinux", "UPTIME: ", "PANIC: \"",
                                                     "crash> "};
    return kTriggers;
}

std::optional<std::string_view> Transcript::panic_in(std::string_view text) {
    text = trim(text);
    if (!text.starts_with("PANIC: \"")) return std::nullopt;
    return text.substr(8, text.rfind('"') < 8 ? text.npos : text.rfind('"') - 8);
}

bool Transcript::take_system(std::string_view text) {
    Scanner scanner(text);
    if (scanner.literal("KERNEL: ")) {
        auto release = release_in(scanner.spaces().word());
        if (!release.empty() && is_digit(release.front())) release_ = release;
    } else if (scanner.literal("RELEASE: ")) {
        auto release = scanner.spaces().word();
        if (!release.empty() && is_digit(release.front())) release_ = release;
    } else if (scanner.literal("UPTIME: ")) {
        host_.uptime = seconds_in(scanner.rest());
    } else if (scanner.literal("CPUS: ")) {
        if (auto cpus = scanner.spaces().dec(); cpus && *cpus < (1U << 20))
            host_.cpus = static_cast<unsigned>(*cpus);
    } else if (scanner.literal("MEMORY: ")) {
        host_.memory = bytes_in(scanner.rest());
    } else if (scanner.literal("NODENAME: ")) {
        host_.name = scanner.spaces().word();
    } else {
        return false;
    }
    return true;
}

// "0xffffffff8118a075 <__free_pages+5>: lock decl 0x1c(%rdi)"
bool Transcript::take_instruction(std::string_view text) {
    Scanner scanner(text);
    if (!scanner.literal("0x") || scanner.take_while(is_hex).size() < 8 || !scanner.literal(" <"))
        return false;
    auto function = scanner.symbol();
    std::uint64_t offset = 0;
    if (scanner.literal("+")) offset = scanner.dec().value_or(0);
    if (function.empty() || !scanner.literal(">:")) return false;
    if (instructions_.size() < kMostInstructions)
        instructions_.push_back({std::string(function), offset, std::string(trim(scanner.rest()))});
    return true;
}

bool Transcript::take(std::string_view text) {
    text = trim(text);
    if (text.empty()) return false;
    if (text.starts_with("0x")) return take_instruction(text);
    if (!is_upper(text.front()) && !text.starts_with("crash")) return false;
    bool took = text.starts_with("crash> ") || (text.find(": ") != text.npos && take_system(text));
    seen_ |= took || panic_in(text);
    return took;
}

void Transcript::complete(Host& host) const {
    if (host.name.empty()) host.name = host_.name;
    if (!host.cpus) host.cpus = host_.cpus;
    if (!host.memory) host.memory = host_.memory;
    if (!host.uptime) host.uptime = host_.uptime;
}

void Transcript::complete(CrashEvent& event) const {
    if (!event.instruction.text.empty() || !event.code.bytes.empty()) return;
    auto there = [&](const Instruction& instruction) {
        return instruction.offset == event.ip.offset && instruction.function == event.ip.symbol;
    };
    auto found = std::ranges::find_if(instructions_, there);
    if (found != instructions_.end()) event.instruction.text = found->text;
}

bool shows_crash(const CrashEvent& event) {
    if (!event.ip.empty()) return true;
    auto brings_down = [](const Frame& frame) {
        return frame.symbol == "crash_kexec" || frame.symbol == "__crash_kexec" || frame.symbol == "panic" ||
               frame.symbol == "machine_kexec";
    };
    return std::ranges::any_of(event.trace, brings_down);
}

void absorb(CrashEvent& known, const CrashEvent& transcript) {
    for (const Frame& frame : transcript.trace) {
        if (frame.file.empty()) continue;
        auto same = [&](const Frame& other) { return other.symbol == frame.symbol && other.file.empty(); };
        auto found = std::ranges::find_if(known.trace, same);
        if (found == known.trace.end()) continue;
        found->file = frame.file;
        found->line = frame.line;
    }
    for (const Register& reg : transcript.registers)
        if (!known.reg(reg.name)) known.registers.push_back(reg);
}

}  // namespace inquest
