#include "kernel/subsystems/ikconfig.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/input.h"
#include "base/text.h"
#include "debuginfo/exports.h"

namespace inquest {
namespace {

// kernel/configs.c: a gzip file between these two.
constexpr std::string_view kStart = "IKCFG_ST", kEnd = "IKCFG_ED", kGzip = "\x1f\x8b\x08";
constexpr std::size_t kMostPacked = 4 << 20, kMostText = 32 << 20;

// Where the gzip file begins: by its symbol (the kernel's, or the module configs'), else, where kallsyms hold
// no data, by what stands before it.
std::optional<std::uint64_t> find_start(Objects& objects) {
    Session& session = objects.session();
    if (auto address = objects.variable("kernel_config_data")) return address;
    // Every kernel has this variable, so that its lack tells of the table's.
    if (session.symbols().address_of("init_mm")) return std::nullopt;
    const std::uint64_t text = session.info().symbol("_stext").value_or(0);
    if (text == 0) return std::nullopt;
    constexpr std::uint64_t kMostImage = 96 << 20;
    const ImageBytes image(session.memory(), text & ~std::uint64_t{0xffff}, kMostImage);
    const std::string marks = std::string(kStart).append(kGzip);
    auto found = std::ranges::search(image.bytes(), marks, [](std::uint8_t byte, char mark) {
        return byte == static_cast<std::uint8_t>(mark);
    });
    if (found.empty()) return std::nullopt;
    return image.start() + static_cast<std::uint64_t>(found.begin() - image.bytes().begin()) + kStart.size();
}

// The bytes up to the mark behind them.
Result<std::string> packed_at(const Session& session, std::uint64_t address) {
    constexpr std::uint64_t kBlock = 4096;
    std::string bytes;
    while (bytes.size() < kMostPacked) {
        const std::size_t have = bytes.size();
        bytes.resize(have + kBlock - (address + have) % kBlock);
        auto room = std::span(bytes).subspan(have);
        auto outcome =
            session.read(address + have, {reinterpret_cast<std::uint8_t*>(room.data()), room.size()});
        if (outcome != ReadOutcome::present)
            return fail("the kernel's configuration at " + hex(address + have) + " is " +
                        std::string(name_of(outcome)) + ", not in the dump");
        // The mark may begin in the block before.
        auto end = bytes.find(kEnd, have < kEnd.size() ? 0 : have - kEnd.size());
        if (end != bytes.npos) return bytes.substr(0, end);
    }
    return fail("the kernel's configuration at " + hex(address) + " has no end (" + std::string(kEnd) + ")");
}

}  // namespace

Result<std::string> kernel_config(Objects& objects) {
    auto start = find_start(objects);
    if (!start)
        return fail(
            "the kernel carries no configuration: it was built without CONFIG_IKCONFIG, or with it "
            "as a module that was not loaded; see /boot/config-* of the machine");
    auto packed = packed_at(objects.session(), *start);
    if (!packed) return packed;
    if (!packed->starts_with(kGzip))
        return fail("the kernel's configuration at " + hex(*start) + " is damaged: no gzip file");
    auto stream = decode(read_memory(*packed));
    if (!stream) return std::unexpected(std::move(stream.error()));
    std::string text;
    std::vector<char> block(64 << 10);
    while (text.size() < kMostText) {
        auto got = (*stream)->read(block);
        if (!got)
            return fail("the kernel's configuration at " + hex(*start) +
                        " is damaged: " + got.error().message());
        if (*got == 0) return text;
        text.append(block.data(), *got);
    }
    return fail("the kernel's configuration at " + hex(*start) + " is larger than any kernel's");
}

}  // namespace inquest
