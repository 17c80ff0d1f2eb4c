#include "knowledge/imported/subject.h"

#include <array>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kShortest = 20;
constexpr std::size_t kFewestWords = 3;

// Cuts one mark off the front; false: there is none.
bool cut_mark(std::string_view& text) {
    static constexpr std::array<std::string_view, 4> kWords = {
        "upstream:", "backport:", "fromlist:", "fromgit:"};
    if (text.starts_with('[')) {
        auto end = text.find(']');
        if (end == text.npos) return false;
        text = trim_left(text.substr(end + 1));
        return true;
    }
    if (text.starts_with('!')) {
        std::size_t end = 1;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end == 1) return false;
        text = trim_left(text.substr(end));
        return true;
    }
    for (auto word : kWords) {
        if (!text.starts_with(word)) continue;
        text = trim_left(text.substr(word.size()));
        return true;
    }
    return false;
}

}  // namespace

std::string normal_subject(std::string_view subject) {
    std::string joined;
    for (auto word : split_words(subject)) {
        if (!joined.empty()) joined += ' ';
        joined += to_lower(word);
    }
    std::string_view text = joined;
    while (cut_mark(text)) {
    }
    while (text.ends_with('.')) text.remove_suffix(1);
    return std::string(text);
}

std::uint64_t subject_key(std::string_view subject) {
    auto text = normal_subject(subject);
    if (text.size() < kShortest || split_words(text).size() < kFewestWords) return 0;
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace inquest
