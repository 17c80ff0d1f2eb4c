// UTF-16 with a byte order mark, as Windows editors and PowerShell's `>` write it.
#include <array>

#include "base/input.h"

namespace inquest {
namespace {

void append_utf8(std::string& out, std::uint32_t code_point) {
    auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (code_point < 0x80) {
        byte(code_point);
    } else if (code_point < 0x800) {
        byte(0xc0 | code_point >> 6);
        byte(0x80 | (code_point & 0x3f));
    } else if (code_point < 0x10000) {
        byte(0xe0 | code_point >> 12);
        byte(0x80 | (code_point >> 6 & 0x3f));
        byte(0x80 | (code_point & 0x3f));
    } else {
        byte(0xf0 | code_point >> 18);
        byte(0x80 | (code_point >> 12 & 0x3f));
        byte(0x80 | (code_point >> 6 & 0x3f));
        byte(0x80 | (code_point & 0x3f));
    }
}

class Utf16Input final : public ByteStream {
  public:
    explicit Utf16Input(std::unique_ptr<ByteStream> coded) : coded_(std::move(coded)) {}

    Result<std::size_t> read(std::span<char> into) override {
        while (taken_ == text_.size()) {
            text_.clear();
            taken_ = 0;
            auto got = coded_->read(block_);
            if (!got || *got == 0) return got;
            for (std::size_t i = 0; i < *got; ++i) take(static_cast<unsigned char>(block_[i]));
        }
        auto count = text_.copy(into.data(), into.size(), taken_);
        taken_ += count;
        return count;
    }

  private:
    void take(unsigned char byte) {
        if (!have_first_) {
            first_ = byte;
            have_first_ = true;
            return;
        }
        have_first_ = false;
        if (!order_known_) {  // the mark itself
            order_known_ = true;
            big_endian_ = first_ == 0xfe;
            return;
        }
        auto unit = static_cast<std::uint32_t>(big_endian_ ? first_ << 8 | byte : byte << 8 | first_);
        static constexpr std::uint32_t kReplacement = 0xfffd;
        if (high_ != 0 && unit >= 0xdc00 && unit < 0xe000) {
            append_utf8(text_, 0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00));
            high_ = 0;
            return;
        }
        if (high_ != 0) append_utf8(text_, kReplacement);
        high_ = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
        if (high_ == 0) append_utf8(text_, unit >= 0xdc00 && unit < 0xe000 ? kReplacement : unit);
    }

    std::unique_ptr<ByteStream> coded_;
    std::array<char, 1 << 14> block_{};
    std::string text_;
    std::size_t taken_ = 0;
    std::uint32_t high_ = 0;
    unsigned char first_ = 0;
    bool have_first_ = false;
    bool order_known_ = false;
    bool big_endian_ = false;
};

bool recognizes(std::string_view first_bytes) {
    return first_bytes.starts_with("\xff\xfe") || first_bytes.starts_with("\xfe\xff");
}

Result<std::unique_ptr<ByteStream>> open(std::unique_ptr<ByteStream> coded) {
    return std::make_unique<Utf16Input>(std::move(coded));
}

}  // namespace

extern const Codec plugin_codecs_utf16;
const Codec plugin_codecs_utf16{"UTF-16", recognizes, open};

}  // namespace inquest
