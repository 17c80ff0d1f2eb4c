#include <array>
#include <zstd.h>

#include "base/input.h"

namespace inquest {
namespace {

class ZstdInput final : public ByteStream {
  public:
    explicit ZstdInput(std::unique_ptr<ByteStream> coded)
        : coded_(std::move(coded)), stream_(::ZSTD_createDStream()) {}
    ZstdInput(const ZstdInput&) = delete;
    ZstdInput& operator=(const ZstdInput&) = delete;
    ~ZstdInput() override { ::ZSTD_freeDStream(stream_); }

    Result<std::size_t> read(std::span<char> into) override {
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        while (!over_ && out.pos == 0 && out.size != 0) {
            if (in_.pos == in_.size) {
                auto got = coded_->read(block_);
                if (!got) return got;
                in_ = {block_.data(), *got, 0};
                if (*got == 0) return end();
            }
            auto status = ::ZSTD_decompressStream(stream_, &out, &in_);
            if (::ZSTD_isError(status)) {
                over_ = true;
                return fail(std::string("zstd: ") + ::ZSTD_getErrorName(status));
            }
            inside_frame_ = status != 0;
        }
        return out.pos;
    }

  private:
    Result<std::size_t> end() {
        over_ = true;
        if (inside_frame_) return fail("zstd: the compressed data is cut");
        return 0;
    }

    std::unique_ptr<ByteStream> coded_;
    std::array<char, 1 << 16> block_{};
    ZSTD_DStream* stream_;
    ZSTD_inBuffer in_{};
    bool inside_frame_ = false;
    bool over_ = false;
};

bool recognizes(std::string_view first_bytes) { return first_bytes.starts_with("\x28\xb5\x2f\xfd"); }

Result<std::unique_ptr<ByteStream>> open(std::unique_ptr<ByteStream> coded) {
    return std::make_unique<ZstdInput>(std::move(coded));
}

}  // namespace

extern const Codec plugin_codecs_zstd;
const Codec plugin_codecs_zstd{"zstd", recognizes, open};

}  // namespace inquest
