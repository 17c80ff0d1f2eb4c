#include "dump/unpack.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/input.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{8} << 40;  // of the dump, most of them zero
constexpr std::uint64_t kReserve = 512 << 20;                 // of disk space that stays free at least
constexpr std::size_t kBlock = 4096, kBuffer = 256 * kBlock;
constexpr std::array<std::string_view, 3> kMagics{"\x1f\x8b", "\xfd\x37zXZ", "\x28\xb5\x2f\xfd"};

std::string temporary_folder() {
    const char* folder = std::getenv("TMPDIR");
    return folder && *folder ? folder : "/var/tmp";
}

bool is_zero(std::span<const char> bytes) {
    return bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

class TemporaryFile {
  public:
    static Result<TemporaryFile> create(const std::string& folder) {
        int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (descriptor < 0) {  // file systems without O_TMPFILE (NFS)
            std::string name = folder + "/inquest-XXXXXX";
            descriptor = ::mkostemp(name.data(), O_CLOEXEC);
            if (descriptor >= 0) ::unlink(name.c_str());
        }
        if (descriptor < 0)
            return fail("no temporary file in " + folder + ": " + std::strerror(errno) +
                        "; set TMPDIR to a folder with room for the dump");
        return TemporaryFile(descriptor, folder);
    }
    TemporaryFile(TemporaryFile&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)),
          folder_(std::move(other.folder_)),
          size_(other.size_),
          unchecked_(other.unchecked_) {}
    TemporaryFile& operator=(TemporaryFile&&) = delete;
    ~TemporaryFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    // Blocks of zeros take no room.
    Result<void> append(std::span<const char> bytes) {
        if (bytes.size() > kMostBytes - size_) return fail("it unpacks to more than any dump has");
        while (!bytes.empty()) {
            auto block = bytes.first(std::min(bytes.size(), kBlock - size_ % kBlock));
            if (!is_zero(block))
                if (auto written = write(block); !written) return written;
            size_ += block.size();
            bytes = bytes.subspan(block.size());
        }
        return {};
    }

    Result<Image> finish(const std::string& name) && {
        if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0)
            return fail("temporary file: " + std::string(std::strerror(errno)));
        return Image::adopt(std::exchange(descriptor_, -1), name);
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }

  private:
    TemporaryFile(int descriptor, std::string folder) : descriptor_(descriptor), folder_(std::move(folder)) {}

    Result<void> write(std::span<const char> block) {
        if (unchecked_ == 0) {
            struct statvfs place {};
            if (::fstatvfs(descriptor_, &place) == 0 && place.f_bavail * place.f_frsize < kReserve)
                return fail("less than " + std::to_string(kReserve >> 20) + " MB are free in " + folder_ +
                            "; set TMPDIR to a folder with room for the dump");
            constexpr std::uint64_t kCheckEvery = 64 << 20;
            unchecked_ = kCheckEvery / kBlock;
        }
        --unchecked_;
        for (std::uint64_t at = size_; !block.empty();) {
            auto done = ::pwrite(descriptor_, block.data(), block.size(), static_cast<off_t>(at));
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0) return fail("temporary file in " + folder_ + ": " + std::strerror(errno));
            at += static_cast<std::uint64_t>(done);
            block = block.subspan(static_cast<std::size_t>(done));
        }
        return {};
    }

    int descriptor_;
    std::string folder_;
    std::uint64_t size_ = 0, unchecked_ = 0;  // blocks that may be written before room is looked for again
};

bool is_dump(std::span<const char> first) {
    auto image = Image::over({reinterpret_cast<const std::uint8_t*>(first.data()), first.size()});
    return !image || image->flattened() ||
           std::ranges::any_of(all_formats(), [&](const Format* format) { return format->sniff(*image); });
}

// Fills the buffer unless the stream ends, or breaks off with an error.
std::span<const char> fill(ByteStream& stream, std::span<char> buffer, std::string& error) {
    std::size_t have = 0;
    while (have < buffer.size()) {
        auto got = stream.read(buffer.subspan(have));
        if (!got) error = got.error().message();
        if (!got || *got == 0) break;
        have += *got;
    }
    return buffer.first(have);
}

}  // namespace

bool is_packed(const Image& image) {
    return std::ranges::any_of(kMagics, [&](std::string_view magic) {
        std::array<char, 8> first{};
        return image.read_struct(0, first) && std::string_view(first.data(), magic.size()) == magic;
    });
}

Result<Unpacked> unpack(const std::string& path, const Tell& tell) {
    auto raw = open_raw(path);
    if (!raw) return std::unexpected(std::move(raw.error()));
    auto stream = decode(std::move(*raw));
    if (!stream) return fail_in(path, stream);
    std::vector<char> buffer(kBuffer);
    std::string error;
    auto got = fill(**stream, buffer, error);
    if (!is_dump(got))
        return fail(path + ": no kernel dump is in this compressed file" +
                    (error.empty() ? "" : ": " + error));
    const std::string folder = temporary_folder();
    auto file = TemporaryFile::create(folder);
    if (!file) return fail_in(path, file);
    tell("unpacking " + path + " into a temporary file in " + folder);
    Unpacked unpacked;
    for (; !got.empty(); got = error.empty() ? fill(**stream, buffer, error) : got.first(0))
        if (auto done = file->append(got); !done) return fail_in(path, done);
    if (!error.empty())
        unpacked.problem =
            "only the first " + std::to_string(file->size()) + " bytes could be unpacked: " + error;
    auto image = std::move(*file).finish(path);
    if (!image) return std::unexpected(std::move(image.error()));
    unpacked.image = std::move(*image);
    return unpacked;
}

}  // namespace inquest
