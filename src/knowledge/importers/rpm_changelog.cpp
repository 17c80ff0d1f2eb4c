// The %changelog of a kernel's spec file, or what `rpm -q --changelog` prints of its package.
#include "base/text.h"
#include "knowledge/imported/changelog.h"
#include "knowledge/release.h"

namespace inquest {
namespace {

bool is_version_char(char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '~' || c == '-';
}

// The version that ends "* DATE NAME <MAIL> - VERSION" or "... [VERSION]"; "" when there is none.
std::string version_of(std::string_view header) {
    auto words = split_words(header);
    if (words.size() < 3) return {};
    auto word = words.back();
    if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
    if (auto epoch = word.find(':'); epoch != word.npos) word.remove_prefix(epoch + 1);
    for (char c : word)
        if (!is_version_char(c)) return {};
    return split_release(word) && word.find('-') != word.npos ? std::string(word) : std::string();
}

// Cuts the last "open...close" off the end.
bool cut_group(std::string_view& text, char open, char close) {
    if (!text.ends_with(close)) return false;
    auto start = text.rfind(open);
    if (start == text.npos || start == 0) return false;
    text = trim_right(text.substr(0, start));
    return true;
}

// Red Hat writes "subject (Author) [bugs] {CVEs}", others the subject alone.
ChangelogLine line_of(std::string_view text) {
    auto subject = trim(text);
    while (cut_group(subject, '{', '}')) {
    }
    bool has_bug = false;
    while (subject.ends_with(']') && cut_group(subject, '[', ']')) has_bug = true;
    if (has_bug) cut_group(subject, '(', ')');
    auto line = changelog_line(subject);
    if (!line.reverts) line.cves = cves_in(text);
    return line;
}

class RpmReader : public ChangelogReader {
  public:
    explicit RpmReader(std::string product) : product_(std::move(product)) {}

    void take(std::string_view line) override {
        if (line.starts_with("%changelog")) {
            entries_.clear();  // what stood before it was no changelog
            open_ = false;
        } else if (line.starts_with("* ")) {
            finish_line();
            open_ = begin_entry(line.substr(2));
        } else if (line.starts_with("- ")) {
            finish_line();
            text_ = line.substr(2);
        } else if (!text_.empty() && line.starts_with(' ')) {
            text_ += ' ';
            text_ += trim(line);
        } else {
            finish_line();
        }
    }

    std::vector<ChangelogEntry> finish() override {
        finish_line();
        return std::move(entries_);
    }

  private:
    bool begin_entry(std::string_view header) {
        auto version = version_of(header);
        if (version.empty()) return false;
        auto product = product_;
        if (product.empty()) product = identify_kernel(version + ".x86_64", "").product;
        if (product == "upstream") product.clear();
        entries_.push_back({std::move(product), std::move(version), {}});
        return true;
    }

    void finish_line() {
        if (open_ && !text_.empty()) entries_.back().lines.push_back(line_of(text_));
        text_.clear();
    }

    std::string product_;
    std::vector<ChangelogEntry> entries_;
    std::string text_;
    bool open_ = false;
};

Result<ImportResult> read(const std::string& argument, const EventsOf&) {
    auto [product, path] = product_path(argument);
    RpmReader reader(product);
    return read_changelog(path, reader, {.notice = "facts out of a package's changelog"});
}

}  // namespace

extern const Importer plugin_importers_rpm_changelog;
const Importer plugin_importers_rpm_changelog{
    "rpm-changelog",
    "a kernel.spec, or `rpm -q --changelog kernel`; PRODUCT=FILE where versions do not tell whose it is",
    read,
};

}  // namespace inquest
