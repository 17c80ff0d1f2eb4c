#include "knowledge/imported/each_line.h"

#include "base/input.h"

namespace inquest {

Result<void> each_line(const std::string& path, std::size_t longest,
                       const std::function<void(std::size_t, std::optional<std::string_view>)>& take) {
    auto raw = open_raw(path);
    auto input = raw ? decode(std::move(*raw)) : std::move(raw);
    if (!input) return std::unexpected(input.error());
    std::string buffer(1 << 16, '\0');
    std::string line;
    bool fits = true;
    bool open = false;  // a line has begun
    std::size_t number = 1;
    auto end_line = [&] {
        take(number++, fits ? std::optional<std::string_view>(line) : std::nullopt);
        line.clear();
        fits = true;
        open = false;
    };
    for (;;) {
        auto got = (*input)->read(buffer);
        if (!got || *got == 0) {
            if (open) end_line();
            return got ? Result<void>() : Result<void>(std::unexpected(got.error()));
        }
        std::string_view rest(buffer.data(), *got);
        while (!rest.empty()) {
            auto end = rest.find('\n');
            auto piece = rest.substr(0, end);
            open = true;
            fits = fits && line.size() + piece.size() <= longest;
            if (fits) line += piece;
            rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
            if (end != rest.npos) end_line();
        }
    }
}

}  // namespace inquest
