#include "crashlog/source.h"

#include <array>

#include "crashlog/envelope.h"
#include "crashlog/physical_lines.h"

namespace inquest {
namespace {

// A Line with the text that it points to.
struct Slot {
    std::string text;
    Line line;
};

class LogSource final : public LineSource {
  public:
    explicit LogSource(std::unique_ptr<Input> input) : physical_(std::move(input)) {}

    const Line* next() override {
        PhysicalLines::Piece piece;
        if (!physical_.next(piece)) return nullptr;
        turn_ = (turn_ + 1) % slots_.size();
        Slot& slot = slots_[turn_];
        slot.text.assign(piece.text);
        if (slot.text.ends_with('\r')) slot.text.pop_back();
        slot.line = {};
        slot.line.text = slot.text;
        slot.line.number = piece.number;
        strip_envelopes(slot.line);
        offset_ = piece.offset;
        if (slot.line.enveloped) format_ = slot.line.envelope;
        return &slot.line;
    }

    void skip_to_trigger() override {}

    std::string_view before(std::size_t limit) const override { return physical_.before(offset_, limit); }
    std::uint64_t bytes() const override { return physical_.bytes(); }
    std::uint64_t lines() const override { return physical_.lines(); }
    const std::string& format() const override { return format_; }
    const std::string& problem() const override { return physical_.problem(); }

  private:
    PhysicalLines physical_;
    std::array<Slot, 3> slots_;
    std::size_t turn_ = 0;
    std::uint64_t offset_ = 0;
    std::string format_ = "plain";
};

}  // namespace

Result<std::unique_ptr<LineSource>> open_log(const std::string& path) {
    auto raw = open_raw(path);
    if (!raw) return std::unexpected(raw.error());
    auto decoded = decode(std::move(*raw));
    if (!decoded) return fail_in(path, decoded);
    return std::make_unique<LogSource>(std::move(*decoded));
}

std::unique_ptr<LineSource> open_text(std::string_view text) {
    return std::make_unique<LogSource>(read_memory(text));
}

}  // namespace inquest
