// gzip (also several members in a row, as logrotate and cat make them) and zlib streams.
#include <algorithm>
#include <array>
#include <zlib.h>

#include "base/input.h"

namespace inquest {
namespace {

class GzipInput final : public ByteStream {
  public:
    explicit GzipInput(std::unique_ptr<ByteStream> coded) : coded_(std::move(coded)) {
        static constexpr int kDetectGzipOrZlib = 15 + 32;
        usable_ = ::inflateInit2(&stream_, kDetectGzipOrZlib) == Z_OK;
    }
    GzipInput(const GzipInput&) = delete;
    GzipInput& operator=(const GzipInput&) = delete;
    ~GzipInput() override { ::inflateEnd(&stream_); }

    Result<std::size_t> read(std::span<char> into) override {
        if (!usable_ || into.empty()) return 0;
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), 1u << 30));
        const auto room = stream_.avail_out;
        while (stream_.avail_out == room) {
            if (stream_.avail_in == 0) {
                auto got = coded_->read(block_);
                if (!got) return got;
                if (*got == 0) return end();
                stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
                stream_.avail_in = static_cast<uInt>(*got);
            }
            if (between_members_ && ::inflateReset(&stream_) != Z_OK) return broken("cannot go on");
            between_members_ = false;
            int status = ::inflate(&stream_, Z_NO_FLUSH);
            if (status == Z_STREAM_END) {
                between_members_ = true;
                complete_ = true;
            } else if (status != Z_OK && status != Z_BUF_ERROR) {
                if (stream_.avail_out != room) break;
                if (complete_) return usable_ = false, 0;  // padding behind the last member
                return broken(stream_.msg ? stream_.msg : "damaged");
            }
        }
        return room - stream_.avail_out;
    }

  private:
    Result<std::size_t> end() {
        if (!between_members_) return broken("the compressed data is cut");
        usable_ = false;
        return 0;
    }
    Result<std::size_t> broken(std::string_view why) {
        usable_ = false;
        return fail("gzip: " + std::string(why));
    }

    std::unique_ptr<ByteStream> coded_;
    std::array<char, 1 << 16> block_{};
    z_stream stream_{};
    bool usable_ = false;
    bool between_members_ = false;
    bool complete_ = false;
};

bool recognizes(std::string_view first_bytes) { return first_bytes.starts_with("\x1f\x8b\x08"); }

Result<std::unique_ptr<ByteStream>> open(std::unique_ptr<ByteStream> coded) {
    return std::make_unique<GzipInput>(std::move(coded));
}

}  // namespace

Result<std::string> inflate_record(std::string_view bytes, std::size_t limit) {
    bool has_zlib_header = bytes.starts_with('\x78');
    z_stream stream{};
    if (::inflateInit2(&stream, has_zlib_header ? 15 : -15) != Z_OK) return fail("zlib: no memory");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), 1u << 30));
    std::string text;
    int status = Z_OK;
    while (status == Z_OK && text.size() < limit) {
        static constexpr std::size_t kBlock = 64 << 10;
        auto have = text.size();
        text.resize(have + kBlock);
        stream.next_out = reinterpret_cast<Bytef*>(text.data() + have);
        stream.avail_out = kBlock;
        status = ::inflate(&stream, Z_NO_FLUSH);
        text.resize(have + kBlock - stream.avail_out);
        if (text.size() == have) break;
    }
    ::inflateEnd(&stream);
    if (text.empty()) return fail("no deflate stream");
    return text;
}

extern const Codec plugin_codecs_gzip;
const Codec plugin_codecs_gzip{"gzip", recognizes, open};

}  // namespace inquest
