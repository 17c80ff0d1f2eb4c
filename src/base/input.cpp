#include "base/input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace inquest {
namespace {

class FileInput final : public ByteStream {
  public:
    FileInput(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
    FileInput(const FileInput&) = delete;
    FileInput& operator=(const FileInput&) = delete;
    ~FileInput() override {
        if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    }

    Result<std::size_t> read(std::span<char> into) override {
        for (;;) {
            auto got = ::read(descriptor_, into.data(), into.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return fail("reading " + name_ + ": " + std::strerror(errno));
        }
    }

  private:
    int descriptor_;
    std::string name_;
};

class MemoryInput final : public ByteStream {
  public:
    explicit MemoryInput(std::string_view text) : rest_(text) {}

    Result<std::size_t> read(std::span<char> into) override {
        auto count = rest_.copy(into.data(), into.size());
        rest_.remove_prefix(count);
        return count;
    }

  private:
    std::string_view rest_;
};

// A stream whose first bytes were looked at already.
class SniffedInput final : public ByteStream {
  public:
    explicit SniffedInput(std::unique_ptr<ByteStream> rest) : rest_(std::move(rest)) {}

    Result<std::string_view> sniff() {
        first_.resize(kSniffed);
        std::size_t have = 0;
        while (have < kSniffed) {
            auto got = rest_->read({first_.data() + have, kSniffed - have});
            if (!got) return std::unexpected(got.error());
            if (*got == 0) break;
            have += *got;
        }
        first_.resize(have);
        return first_;
    }

    Result<std::size_t> read(std::span<char> into) override {
        if (taken_ == first_.size()) return rest_->read(into);
        auto count = first_.copy(into.data(), into.size(), taken_);
        taken_ += count;
        return count;
    }

  private:
    std::unique_ptr<ByteStream> rest_;
    std::string first_;
    std::size_t taken_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> open_raw(const std::string& path) {
    if (path == "-") return std::make_unique<FileInput>(STDIN_FILENO, "standard input");
    int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) return fail("opening " + path + ": " + std::strerror(errno));
    auto file = std::make_unique<FileInput>(descriptor, path);
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) return fail(path + " is a directory");
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return file;
}

std::unique_ptr<ByteStream> read_memory(std::string_view text) { return std::make_unique<MemoryInput>(text); }

Result<std::unique_ptr<ByteStream>> decode(std::unique_ptr<ByteStream> coded) {
    static constexpr int kMostNested = 3;  // UTF-16 in a .gz in a .xz; more is an attack
    for (int depth = 0; depth < kMostNested; ++depth) {
        auto sniffed = std::make_unique<SniffedInput>(std::move(coded));
        auto first = sniffed->sniff();
        if (!first) return std::unexpected(first.error());
        auto codec = std::ranges::find_if(all_codecs(), [&](auto* each) { return each->recognizes(*first); });
        if (codec == all_codecs().end()) return sniffed;
        auto decoded = (*codec)->open(std::move(sniffed));
        if (!decoded) return decoded;
        coded = std::move(*decoded);
    }
    return coded;
}

}  // namespace inquest
