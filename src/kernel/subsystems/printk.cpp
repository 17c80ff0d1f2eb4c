#include "kernel/subsystems/printk.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostLogBytes = 256
                                        << 20;  // log_buf_len takes at most 2 GB; nobody has more than this

// A block of target memory read whole, with bounds-checked little fields.
class Block {
  public:
    static Result<Block> read(const Session& session, std::string_view what, std::uint64_t address,
                              std::uint64_t size) {
        if (size > kMostLogBytes)
            return fail(fmt::format("{} claims {} bytes: its descriptor is damaged", what, size));
        Block block;
        block.bytes_.resize(size);
        auto outcome = session.read(address, block.bytes_);
        if (outcome == ReadOutcome::present) return block;
        // Page by page then: what is there is worth having.
        bool any = false;
        const std::uint64_t step = 4096;
        for (std::uint64_t at = 0; at < size;) {
            std::uint64_t length = std::min(size - at, step - (address + at) % step);
            auto piece = std::span(block.bytes_).subspan(at, length);
            if (session.read(address + at, piece) == ReadOutcome::present) {
                any = true;
            } else {
                std::ranges::fill(piece, std::uint8_t{0});
                block.missing_.push_back({at, length});
            }
            at += length;
        }
        if (!any) return fail(fmt::format("{} at {} is {}", what, hex(address), name_of(outcome)));
        return block;
    }

    template <typename T>
    [[nodiscard]] T get(std::uint64_t offset) const {
        T value{};
        if (offset <= bytes_.size() && sizeof value <= bytes_.size() - offset)
            std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }
    [[nodiscard]] std::string_view text(std::uint64_t offset, std::uint64_t size) const {
        if (offset > bytes_.size()) return {};
        return {reinterpret_cast<const char*>(bytes_.data()) + offset,
                std::min<std::uint64_t>(size, bytes_.size() - offset)};
    }
    [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }
    // None of these bytes is missing. What nobody asks for may be: an ELF core leaves zero pages out as if
    // filtered.
    [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t size) const {
        auto after = std::ranges::lower_bound(missing_, offset + size, {}, &Hole::offset);
        return after == missing_.begin() || std::prev(after)->offset + std::prev(after)->size <= offset;
    }

  private:
    struct Hole {
        std::uint64_t offset, size;
    };
    std::vector<std::uint8_t> bytes_;
    std::vector<Hole> missing_;  // ascending; zero in bytes_
};

void add(KernelLog& log, LogRecord record, std::string_view raw) {
    record.text.reserve(raw.size());
    for (char c : raw) {
        auto byte = static_cast<unsigned char>(c);
        if ((byte >= 0x20 && byte < 0x7f) || c == '\t' || c == '\n') {
            record.text += c;
        } else {
            fmt::format_to(std::back_inserter(record.text), "\\x{:02x}", byte);
        }
    }
    append_log_lines(log.text, log_timestamp(record.nanoseconds), record.text);
    log.records.push_back(std::move(record));
}

// In every kind of record the facility stands in a byte of its own, and behind it a byte with 5 bits of flags
// and 3 of level.
void set_level(LogRecord& record, std::uint8_t facility, std::uint8_t flags_and_level) {
    record.facility = facility;
    record.level = flags_and_level >> 5;
}

// Since 5.10 (896fbe20b4e2 "printk: use the lockless ringbuffer"): kernel/printk/printk_ringbuffer.h.
class Ring {
  public:
    explicit Ring(const Session& session) : session_(session), info_(session.info()) {}

    Result<KernelLog> read(std::uint64_t prb_symbol) {
        auto prb = session_.read_pointer(prb_symbol);
        if (!prb) return fail("the pointer to the kernel's log ring cannot be read");
        auto offset = [&](std::string_view name) { return info_.offset(name).value_or(UINT64_MAX / 2); };
        auto ring = Block::read(session_, "the kernel's log ring", *prb,
                                info_.size("printk_ringbuffer").value_or(88));
        if (!ring) return std::unexpected(std::move(ring.error()));
        const std::uint64_t desc_ring = offset("printk_ringbuffer.desc_ring"),
                            data_ring = offset("printk_ringbuffer.text_data_ring");
        const auto count_bits = ring->get<std::uint32_t>(desc_ring + offset("prb_desc_ring.count_bits"));
        const auto size_bits = ring->get<std::uint32_t>(data_ring + offset("prb_data_ring.size_bits"));
        if (count_bits > 24 || size_bits > 28)
            return fail(fmt::format("the kernel's log ring is damaged: 2^{} descriptors, 2^{} bytes",
                                    count_bits, size_bits));
        const std::uint64_t count = std::uint64_t{1} << count_bits;
        const std::uint64_t desc_size = info_.size("prb_desc").value_or(24),
                            info_size = info_.size("printk_info").value_or(88);
        auto descs = Block::read(session_, "the log's descriptors",
                                 ring->get<std::uint64_t>(desc_ring + offset("prb_desc_ring.descs")),
                                 count * desc_size);
        auto infos = Block::read(session_, "the log's records",
                                 ring->get<std::uint64_t>(desc_ring + offset("prb_desc_ring.infos")),
                                 count * info_size);
        auto data = Block::read(session_, "the log's text",
                                ring->get<std::uint64_t>(data_ring + offset("prb_data_ring.data")),
                                std::uint64_t{1} << size_bits);
        for (auto* block : {&descs, &infos, &data})
            if (!*block) return std::unexpected(std::move(block->error()));
        constexpr std::uint64_t kIdMask = (std::uint64_t{1} << 62) - 1;  // the two bits above are the state
        const std::uint64_t tail =
            ring->get<std::uint64_t>(desc_ring + offset("prb_desc_ring.tail_id")) & kIdMask;
        const std::uint64_t head =
            ring->get<std::uint64_t>(desc_ring + offset("prb_desc_ring.head_id")) & kIdMask;
        const std::uint64_t records = std::min(((head - tail) & kIdMask) + 1, count);
        const std::uint64_t state_var = offset("prb_desc.state_var"),
                            block = offset("prb_desc.text_blk_lpos");
        std::uint64_t missing = 0, blank = 0;
        for (std::uint64_t i = 0; i < records; ++i) {
            const std::uint64_t id = (tail + i) & kIdMask, slot = id & (count - 1);
            if (!descs->holds(slot * desc_size, desc_size)) {
                ++missing;
                continue;
            }
            const auto state = descs->get<std::uint64_t>(slot * desc_size + state_var);
            constexpr std::uint64_t kCommitted = 1, kFinalized = 2;
            if ((state & kIdMask) != id || (state >> 62 != kCommitted && state >> 62 != kFinalized)) continue;
            const auto begin =
                descs->get<std::uint64_t>(slot * desc_size + block + offset("prb_data_blk_lpos.begin"));
            const auto next =
                descs->get<std::uint64_t>(slot * desc_size + block + offset("prb_data_blk_lpos.next"));
            if (begin == next) continue;  // a record without text; makedumpfile leaves it out, too
            const std::uint64_t record = slot * info_size;
            const Place text = place_of(*data, begin, next,
                                        infos->get<std::uint16_t>(record + offset("printk_info.text_len")));
            if (!infos->holds(record, info_size) || !data->holds(text.offset, text.size)) {
                ++missing;
                continue;
            }
            const std::string_view words = data->text(text.offset, text.size);
            if (!words.empty() && words.find_first_not_of('\0') == words.npos) {
                ++blank;
                continue;
            }
            LogRecord message{.nanoseconds =
                                  infos->get<std::uint64_t>(record + offset("printk_info.ts_nsec"))};
            const std::uint64_t facility = record + offset("printk_info.text_len") + 2;
            set_level(message, infos->get<std::uint8_t>(facility), infos->get<std::uint8_t>(facility + 1));
            message.caller = infos->get<std::uint32_t>(record + offset("printk_info.caller_id"));
            add(log_, std::move(message), words);
        }
        if (missing)
            log_.problems.push_back(fmt::format(
                "{} records of the kernel's log are not in the dump; their lines are missing", missing));
        if (blank)
            log_.problems.push_back(
                fmt::format("{} records of the kernel's log hold only zeros: their text was wiped", blank));
        return std::move(log_);
    }

  private:
    // A block begins with the descriptor's id (a long); one that would cross the end of the ring lies at its
    // start.
    struct Place {
        std::uint64_t offset, size;
    };
    static Place place_of(const Block& data, std::uint64_t begin, std::uint64_t next, std::uint64_t length) {
        if (begin & 1) return {0, 0};  // 0x1 and 0x3 mark records without text
        const std::uint64_t mask = data.size() - 1;
        bool wraps = (begin & ~mask) != ((next - 1) & ~mask);
        return {(wraps ? 0 : begin & mask) + sizeof(std::uint64_t), length};
    }

    const Session& session_;
    const Vmcoreinfo& info_;
    KernelLog log_;
};

// 3.5 to 5.9: records one behind the other in log_buf (struct printk_log; struct log before 3.11).
Result<KernelLog> read_records(const Session& session, std::string_view type) {
    const Vmcoreinfo& info = session.info();
    auto field = [&](std::string_view name) {
        return info.offset(std::string(type).append(".").append(name));
    };
    auto ts = field("ts_nsec"), len = field("len"), text_len = field("text_len");
    auto buffer = session.read_pointer(info.symbol("log_buf").value_or(0));
    auto size = session.read_as<std::uint32_t>(info.symbol("log_buf_len").value_or(0));
    auto first = session.read_as<std::uint32_t>(info.symbol("log_first_idx").value_or(0));
    auto next = session.read_as<std::uint32_t>(info.symbol("log_next_idx").value_or(0));
    if (!ts || !len || !text_len || !buffer || !size || !first || !next)
        return fail("the kernel's log buffer cannot be found in the dump");
    auto data = Block::read(session, "the kernel's log buffer", *buffer, *size);
    if (!data) return std::unexpected(std::move(data.error()));
    KernelLog log;
    const std::uint64_t header = info.size(type).value_or(16);
    std::uint64_t at = *first, walked = 0;
    while (at != *next && walked < *size) {
        if (!data->holds(at, header)) {
            log.problems.push_back(fmt::format(
                "the kernel's log buffer is not in the dump from byte {} on; later lines are missing", at));
            break;
        }
        const auto length = data->get<std::uint16_t>(at + *len);
        if (length == 0 && at != 0) {  // the rest up to the end is unused
            walked += *size - std::min<std::uint64_t>(at, *size);
            at = 0;
            continue;
        }
        if (length < header) {
            log.problems.push_back(
                fmt::format("the kernel's log buffer is damaged at byte {}; later lines are missing", at));
            break;
        }
        LogRecord message{.nanoseconds = data->get<std::uint64_t>(at + *ts)};
        const std::uint64_t facility = at + *text_len + 4;  // behind text_len and dict_len
        set_level(message, data->get<std::uint8_t>(facility), data->get<std::uint8_t>(facility + 1));
        add(log, std::move(message), data->text(at + header, data->get<std::uint16_t>(at + *text_len)));
        at += length;
        walked += length;
    }
    return log;
}

// Before 3.5: log_buf holds the characters that were printed; log_end counts them.
Result<KernelLog> read_characters(const Session& session) {
    const Vmcoreinfo& info = session.info();
    auto buffer = session.read_pointer(info.symbol("log_buf").value_or(0));
    auto size = session.read_as<std::uint32_t>(info.symbol("log_buf_len").value_or(0));
    auto end = session.read_as<std::uint32_t>(info.symbol("log_end").value_or(0));
    if (!buffer || !size || !end || *size == 0)
        return fail("the kernel's log buffer cannot be found in the dump");
    auto data = Block::read(session, "the kernel's log buffer", *buffer, *size);
    if (!data) return std::unexpected(std::move(data.error()));
    KernelLog log;
    std::uint64_t start = *end > *size ? *end % *size : 0;
    log.text.append(data->text(start, *end > *size ? *size - start : *end)).append(data->text(0, start));
    return log;
}

}  // namespace

void append_log_lines(std::string& out, std::string_view prefix, std::string_view text) {
    out += prefix;
    for (std::size_t at = 0;;) {
        auto newline = text.find('\n', at);
        out.append(text.substr(at, newline - at)).append("\n");
        if (newline == text.npos) break;
        out.append(prefix.size(), ' ');
        at = newline + 1;
    }
}

std::string log_timestamp(std::uint64_t nanoseconds) {
    return fmt::format("[{:5}.{:06}] ", nanoseconds / 1000000000, nanoseconds % 1000000000 / 1000);
}

Result<KernelLog> read_kernel_log(const Session& session) {
    const Vmcoreinfo& info = session.info();
    if (auto prb = info.symbol("prb")) return Ring(session).read(*prb);
    for (std::string_view type : {"printk_log", "log"})
        if (info.offset(std::string(type) + ".ts_nsec")) return read_records(session, type);
    return read_characters(session);
}

}  // namespace inquest
