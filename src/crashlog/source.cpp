#include "crashlog/source.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "crashlog/fragments.h"
#include "crashlog/physical_lines.h"
#include "crashlog/pstore.h"
#include "crashlog/triggers.h"
#include "crashlog/unwrap.h"

namespace inquest {
namespace {

class LogSource final : public LineSource {
  public:
    explicit LogSource(std::unique_ptr<ByteStream> input)
        : physical_(std::move(input)), fragments_(physical_) {}

    const Line* next() override {
        if (!have_pending_ && !fragments_.next(pending())) return nullptr;
        Fragment& current = pending();
        turn_ = (turn_ + 1) % ring_.size();
        for (;;) {
            have_pending_ = fragments_.next(pending());
            auto how = have_pending_ ? joint(current, pending()) : Joint::none;
            if (how == Joint::none) break;
            join(current, pending(), how);
        }
        offset_ = current.origin.offset;
        count(current.line);
        return &current.line;
    }

    void skip_to_trigger() override;

    std::string_view before(std::size_t limit) const override { return physical_.before(offset_, limit); }
    std::uint64_t bytes() const override { return physical_.bytes(); }
    std::uint64_t lines() const override { return physical_.lines(); }
    const std::string& format() const override { return format_; }
    const std::string& problem() const override { return physical_.problem(); }

  private:
    // Beyond this much a line is no line any more.
    static constexpr std::size_t kLongestJoined = 16 << 10;

    Fragment& pending() { return ring_[turn_]; }

    Joint joint(const Fragment& line, const Fragment& next) {
        if (line.prefix || line.storage.size() > kLongestJoined) return Joint::none;
        if (next.line.enveloped || next.line.text.empty()) return Joint::none;
        if (!next.first && !next.flattened) return Joint::none;
        bool mail = next.flattened || is_wrapped_around(next.origin.offset);
        bool full_row = line.width == next.width && !line.soft_break && next.soft_break;
        bool soft_break = line.soft_break && !next.prefix;
        return find_joint(
            {line.line, next.line, line.width, soft_break, full_row && !next.prefix, mail, next.prefix});
    }

    static void join(Fragment& line, const Fragment& next, Joint joint) {
        if (joint == Joint::blank) line.storage += ' ';
        line.storage += trim_left(next.line.text);
        line.line.text = line.storage;
        line.width = next.width;
        line.soft_break = next.soft_break;
    }

    // Whether a mailer wrapped the text within some KB of `offset`.
    bool is_wrapped_around(std::uint64_t offset) {
        static constexpr std::size_t kAround = 8 << 10;
        if (offset >= wrapped_until_) {
            auto behind = physical_.before(offset, kAround);
            auto ahead = physical_.loaded().substr(0, kAround);
            wrapped_ = looks_wrapped(behind) || looks_wrapped(ahead);
            wrapped_until_ = offset + kAround;
        }
        return wrapped_;
    }

    void count(const Line& line) {
        if (!line.enveloped) return;
        auto same = std::ranges::find(formats_, line.envelope, &Count::envelope);
        if (same == formats_.end()) {
            formats_.push_back({line.envelope, 0});
            same = formats_.end() - 1;
        }
        ++same->lines;
        if (same->lines <= most_) return;
        most_ = same->lines;
        if (format_ != same->envelope) format_ = same->envelope;
    }

    struct Count {
        std::string_view envelope;
        std::uint64_t lines;
    };

    PhysicalLines physical_;
    FragmentReader fragments_;
    std::array<Fragment, 4> ring_;  // the line before, the present one, the one behind
    std::size_t turn_ = 0;          // of the pending one
    bool have_pending_ = false;
    std::uint64_t offset_ = 0;
    std::uint64_t wrapped_until_ = 0;
    bool wrapped_ = false;
    std::vector<Count> formats_;
    std::uint64_t most_ = 0;
    std::string format_ = "plain";
    std::unique_ptr<TriggerScan> triggers_;
    std::uint64_t hit_ = 0;  // every line before this byte must be read: a trigger is there
};

// Lines before the hit are read too, because a damaged report lacks the line that opens it.
void LogSource::skip_to_trigger() {
    // Compiling the matcher takes as long as reading this much.
    static constexpr std::uint64_t kWorthwhile = 1 << 20;
    static constexpr std::size_t kLead = 8 << 10;
    // The matcher's cost grows with what it is given even when it stops at once: where hits are dense it sees
    // little.
    static constexpr std::size_t kFirst = 4 << 10, kBlock = 1 << 20;
    if (!have_pending_ || !pending().first || fragments_.in_records()) return;
    if (pending().origin.offset < std::max(hit_, kWorthwhile)) return;
    if (!triggers_) triggers_ = std::make_unique<TriggerScan>();
    if (!triggers_->usable()) return;
    physical_.rewind(pending().origin);
    fragments_.restart();
    have_pending_ = false;
    for (std::size_t window = kFirst;; window = std::min(window * 4, kBlock)) {
        auto ahead = physical_.ahead(window);
        bool last = ahead.size() <= window;
        if (!last) ahead = ahead.substr(0, window);
        auto whole = last ? ahead : ahead.substr(0, ahead.rfind('\n') + 1);
        auto found = triggers_->find(whole);
        bool hit = found != ahead.npos;
        if (hit) hit_ = physical_.bytes() + found;
        if (last && !hit) {
            physical_.step(ahead.size());
            return;
        }
        auto until = hit ? found : whole.size();
        auto step = whole.substr(0, until - std::min<std::size_t>(until, kLead)).rfind('\n') + 1;
        physical_.step(step);
        if (hit || (step == 0 && window == kBlock)) return;
    }
}

}  // namespace

Result<std::unique_ptr<LineSource>> open_log(const std::string& path) {
    auto raw = open_raw(path);
    if (!raw) return std::unexpected(raw.error());
    auto decoded = decode(std::move(*raw));
    if (!decoded) return fail_in(path, decoded);
    auto joined = join_pstore(std::move(*decoded));
    if (!joined) return fail_in(path, joined);
    return std::make_unique<LogSource>(std::move(*joined));
}

Result<std::unique_ptr<LineSource>> open_parts(std::span<const std::string> paths) {
    auto joined = read_pstore(paths);
    if (!joined) return std::unexpected(joined.error());
    return std::make_unique<LogSource>(std::move(*joined));
}

std::unique_ptr<LineSource> open_text(std::string_view text) {
    auto joined = join_pstore(read_memory(text));
    return std::make_unique<LogSource>(joined ? std::move(*joined) : read_memory(text));
}

}  // namespace inquest
