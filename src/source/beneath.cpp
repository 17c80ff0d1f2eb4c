#include "source/beneath.h"

#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace inquest {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const { return number_; }

  private:
    int number_;
};

std::optional<std::string> real_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
    return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

// Every link has been resolved: one that stands there now was put there since, and is refused.
Descriptor open_each(const std::string& folder, std::string_view path) {
    Descriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    while (at.get() >= 0) {
        const auto slash = path.find('/');
        const std::string name(path.substr(0, slash));
        const bool last = slash == std::string_view::npos;
        const int how = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (last ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY);
        at = Descriptor(::openat(at.get(), name.c_str(), how));
        if (last) break;
        path.remove_prefix(slash + 1);
    }
    return at;
}

}  // namespace

std::optional<std::string> read_beneath(const std::string& folder, std::string_view path,
                                        std::uint64_t largest) {
    if (path.find('\0') != std::string_view::npos) return std::nullopt;
    auto root = real_path(folder);
    auto real = root ? real_path(*root + "/" + std::string(path)) : std::nullopt;
    if (!real) return std::nullopt;
    if (!root->ends_with('/')) *root += '/';
    if (!real->starts_with(*root)) return std::nullopt;
    const Descriptor file = open_each(*root, std::string_view(*real).substr(root->size()));
    struct stat what {};
    if (file.get() < 0 || ::fstat(file.get(), &what) != 0 || !S_ISREG(what.st_mode) || what.st_size < 0 ||
        static_cast<std::uint64_t>(what.st_size) > largest)
        return std::nullopt;
    std::string content(static_cast<std::size_t>(what.st_size), '\0');
    std::size_t got = 0;
    while (got < content.size()) {
        const ssize_t more = ::read(file.get(), content.data() + got, content.size() - got);
        if (more < 0) return std::nullopt;
        if (more == 0) break;
        got += static_cast<std::size_t>(more);
    }
    content.resize(got);
    return content;
}

}  // namespace inquest
