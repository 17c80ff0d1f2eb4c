#include "crashlog/pstore.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/scanner.h"

namespace inquest {
namespace {

constexpr std::size_t kMostText = 16 << 20;  // a store of 1 MB is a large one
constexpr std::size_t kMostParts = 4096;

struct Part {
    std::uint64_t dump = 0;    // "Panic#2": the second one since boot
    std::uint64_t number = 0;  // "Part1" is the end of the log
    std::string_view text;
    std::size_t order = 0;  // as found
};

// "Panic#2 Part1", with what ramoops puts in front of it ("====1234.567890-D").
std::optional<Part> read_header(std::string_view line) {
    static constexpr std::string_view kReasons[] = {"Panic",    "Oops",     "Emergency", "Restart", "Halt",
                                                    "Poweroff", "Shutdown", "Unknown",   "Reboot"};
    Scanner scan(trim(line));
    if (std::ranges::none_of(kReasons, [&](auto reason) { return scan.literal(reason); }))
        return std::nullopt;
    if (!scan.literal("#")) return std::nullopt;
    auto dump = scan.dec();
    if (!dump || !scan.literal(" Part")) return std::nullopt;
    auto number = scan.dec();
    if (!number || !scan.done()) return std::nullopt;
    return Part{*dump, *number, {}, 0};
}

bool is_ramoops_mark(std::string_view line) {
    return line.starts_with("====") && line.size() < 40 && line.size() > 6 && is_digit(line[4]) &&
           (trim(line).ends_with("-D") || trim(line).ends_with("-C"));
}

std::string_view take_line(std::string_view& text) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
}

void split_parts(std::string_view text, std::vector<Part>& parts) {
    Part part;
    const char* begin = text.data();
    auto close = [&](const char* end) {
        part.text = {begin, static_cast<std::size_t>(end - begin)};
        part.order = parts.size();
        if (!part.text.empty() && parts.size() < kMostParts) parts.push_back(part);
    };
    while (!text.empty()) {
        const char* at = text.data();
        auto line = take_line(text);
        auto header = read_header(line);
        if (!header && !is_ramoops_mark(line)) continue;
        close(at);
        begin = text.data();
        if (header) part = *header;
    }
    close(text.data());
}

// Cuts off the end of `older` that `newer` begins with.
void drop_overlap(std::string& older, std::string_view newer) {
    take_line(newer);  // it may be cut
    auto line = take_line(newer);
    static constexpr std::size_t kTelling = 24;
    if (line.size() < kTelling) return;
    if (auto at = older.find(line); at != older.npos) older.resize(at);
}

bool begins_as_record(std::string_view text) {
    auto line = take_line(text);
    return read_header(line) || (is_ramoops_mark(line) && read_header(take_line(text)));
}

Result<std::string> read_all(ByteStream& input, std::string text) {
    static constexpr std::size_t kBlock = 64 << 10;
    while (text.size() < kMostText) {
        auto have = text.size();
        text.resize(have + kBlock);
        auto got = input.read({text.data() + have, kBlock});
        text.resize(have + (got ? *got : 0));
        if (!got) return std::unexpected(got.error());
        if (*got == 0) break;
    }
    return text;
}

bool is_text(std::string_view bytes) {
    return std::ranges::none_of(bytes.substr(0, 64), [](char c) { return c == '\0' || c == '\x01'; });
}

// What was read already, then the rest.
class Resumed final : public ByteStream {
  public:
    Resumed(std::string text, std::unique_ptr<ByteStream> rest)
        : text_(std::move(text)), rest_(std::move(rest)) {}

    Result<std::size_t> read(std::span<char> into) override {
        if (taken_ == text_.size()) return rest_ ? rest_->read(into) : Result<std::size_t>(0);
        auto count = text_.copy(into.data(), into.size(), taken_);
        taken_ += count;
        return count;
    }

  private:
    std::string text_;
    std::unique_ptr<ByteStream> rest_;
    std::size_t taken_ = 0;
};

}  // namespace

std::string join_pstore_texts(std::span<const std::string> records) {
    std::vector<Part> parts;
    for (const auto& record : records) split_parts(record, parts);
    std::ranges::sort(parts, [](const Part& a, const Part& b) {
        return std::tuple(a.dump, b.number, a.order) < std::tuple(b.dump, a.number, b.order);
    });
    std::string log;
    std::string dump;
    for (std::size_t i = 0; i < parts.size() && log.size() + dump.size() < kMostText; ++i) {
        if (i > 0 && parts[i].dump != parts[i - 1].dump) {
            log += std::exchange(dump, {});
        }
        if (dump.empty() && !log.empty()) drop_overlap(log, parts[i].text);
        dump += parts[i].text;
        if (!dump.ends_with('\n')) dump += '\n';
    }
    return log + dump;
}

Result<std::unique_ptr<ByteStream>> read_pstore(std::span<const std::string> paths) {
    std::vector<std::string> records;
    for (const auto& path : paths) {
        auto raw = open_raw(path);
        if (!raw) return std::unexpected(raw.error());
        auto decoded = decode(std::move(*raw));
        if (!decoded) return fail_in(path, decoded);
        auto text = read_all(**decoded, {});
        if (!text) return fail_in(path, text);
        if (!is_text(*text) || path.ends_with(".z")) {
            if (auto inflated = inflate_record(*text, kMostText)) text = std::move(*inflated);
        }
        records.push_back(std::move(*text));
    }
    return std::make_unique<Resumed>(join_pstore_texts(records), nullptr);
}

Result<std::unique_ptr<ByteStream>> join_pstore(std::unique_ptr<ByteStream> stream) {
    static constexpr std::size_t kHeader = 128;
    std::string first(kHeader, '\0');
    std::size_t have = 0;
    while (have < kHeader) {
        auto got = stream->read({first.data() + have, kHeader - have});
        if (!got) return std::unexpected(got.error());
        if (*got == 0) break;
        have += *got;
    }
    first.resize(have);
    if (!begins_as_record(first)) return std::make_unique<Resumed>(std::move(first), std::move(stream));
    auto text = read_all(*stream, std::move(first));
    if (!text) return std::unexpected(text.error());
    return std::make_unique<Resumed>(join_pstore_texts({{*text}}), nullptr);
}

}  // namespace inquest
