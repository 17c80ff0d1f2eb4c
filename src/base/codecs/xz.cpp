#include <array>
#include <lzma.h>

#include "base/input.h"

namespace inquest {
namespace {

class XzInput final : public ByteStream {
  public:
    explicit XzInput(std::unique_ptr<ByteStream> coded) : coded_(std::move(coded)) {
        static constexpr std::uint64_t kMostMemory = 256u << 20;  // xz -9 needs 65 MB
        usable_ = ::lzma_stream_decoder(&stream_, kMostMemory, LZMA_CONCATENATED) == LZMA_OK;
    }
    XzInput(const XzInput&) = delete;
    XzInput& operator=(const XzInput&) = delete;
    ~XzInput() override { ::lzma_end(&stream_); }

    Result<std::size_t> read(std::span<char> into) override {
        if (!usable_ || into.empty()) return 0;
        stream_.next_out = reinterpret_cast<std::uint8_t*>(into.data());
        stream_.avail_out = into.size();
        while (stream_.avail_out == into.size()) {
            if (stream_.avail_in == 0 && !at_end_) {
                auto got = coded_->read(block_);
                if (!got) return got;
                at_end_ = *got == 0;
                stream_.next_in = reinterpret_cast<const std::uint8_t*>(block_.data());
                stream_.avail_in = *got;
            }
            lzma_ret status = ::lzma_code(&stream_, at_end_ ? LZMA_FINISH : LZMA_RUN);
            if (status == LZMA_OK) continue;
            usable_ = false;
            if (status == LZMA_STREAM_END) break;
            if (stream_.avail_out != into.size()) {
                usable_ = true;  // what was decoded first, the same error with the next call
                break;
            }
            return fail(at_end_ ? "xz: the compressed data is cut" : "xz: the compressed data is damaged");
        }
        return into.size() - stream_.avail_out;
    }

  private:
    std::unique_ptr<ByteStream> coded_;
    std::array<char, 1 << 16> block_{};
    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool usable_ = false;
    bool at_end_ = false;
};

bool recognizes(std::string_view first_bytes) {
    return first_bytes.starts_with(
        std::string_view("\xfd"
                         "7zXZ\0",
                         6));
}

Result<std::unique_ptr<ByteStream>> open(std::unique_ptr<ByteStream> coded) {
    return std::make_unique<XzInput>(std::move(coded));
}

}  // namespace

extern const Codec plugin_codecs_xz;
const Codec plugin_codecs_xz{"xz", recognizes, open};

}  // namespace inquest
