// The changelog.Debian of a kernel package, Debian's or Ubuntu's.
#include "base/text.h"
#include "knowledge/imported/changelog.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {
namespace {

// "linux (6.1.187-1) bookworm-security; urgency=high"
struct Header {
    std::string_view package, version;
};
std::optional<Header> header_of(std::string_view line) {
    if (line.empty() || !is_alnum(line.front())) return std::nullopt;
    auto version = between(line, " (", ")");
    if (!version || line.find(';') == line.npos || !split_release(*version)) return std::nullopt;
    for (char c : *version)
        if (!is_alnum(c) && c != '.' && c != '+' && c != '~' && c != '-') return std::nullopt;
    return Header{line.substr(0, line.find(" (")), *version};
}

// Ubuntu's versions have the ABI and the upload behind the dash: 5.15.0-91.101.
bool is_ubuntu(std::string_view version) {
    auto dash = version.rfind('-');
    if (dash == version.npos || dash < 2 || !version.substr(0, dash).ends_with(".0")) return false;
    auto abi = leading_digits(version.substr(dash + 1));
    auto upload = version.substr(dash + 1 + abi.size());
    return !abi.empty() && upload.size() > 1 && upload[0] == '.' && is_digit(upload[1]);
}

std::string product_of(const Header& header) {
    static constexpr std::string_view kFlavour = "linux-";
    auto package = header.package;
    if (!is_ubuntu(header.version)) return package.starts_with("linux") ? "debian" : "";
    if (package == "linux") return "ubuntu";
    return package.starts_with(kFlavour) ? "ubuntu-" + std::string(package.substr(kFlavour.size())) : "";
}

// Without the groups that Debian puts behind a subject: "(CVE-...)", "(Closes: #...)", "(LP: #...)".
std::string_view without_groups(std::string_view text) {
    for (;;) {
        text = trim_right(text);
        auto start = text.rfind('(');
        if (!text.ends_with(')') || start == text.npos) return text;
        auto group = text.substr(start + 1);
        bool of_debian = group.starts_with("CVE-") || group.starts_with("Closes:") ||
                         group.starts_with("closes:") || group.starts_with("LP:");
        if (!of_debian) return text;
        text = text.substr(0, start);
    }
}

class DebianReader : public ChangelogReader {
  public:
    explicit DebianReader(std::string product) : product_(std::move(product)) {}

    void take(std::string_view line) override {
        if (auto header = header_of(line)) {
            finish_line();
            shared_.clear();
            entries_.push_back(
                {product_.empty() ? product_of(*header) : product_, std::string(header->version), {}});
            return;
        }
        auto text = trim(line);
        if (text.starts_with("* ")) {
            finish_line();
            shared_ = cves_in(text);  // Ubuntu: the CVE, then its patches
            text_ = text.substr(2);
            starred_ = true;
        } else if (text.starts_with("- ")) {
            finish_line();
            text_ = text.substr(2);
            starred_ = false;
        } else if (text.empty() || text.find("://") != text.npos || text.starts_with('[') ||
                   line.starts_with(" --")) {
            finish_line();
        } else if (!text_.empty()) {
            text_ += ' ';
            text_ += text;
            if (starred_) shared_ = cves_in(text_);
        }
    }

    std::vector<ChangelogEntry> finish() override {
        finish_line();
        return std::move(entries_);
    }

  private:
    void finish_line() {
        if (!text_.empty() && !entries_.empty()) {
            auto line = changelog_line(without_groups(text_));
            if (!line.reverts) line.cves = cves_in(text_);
            if (!line.reverts && !starred_ && line.cves.empty()) line.cves = shared_;
            entries_.back().lines.push_back(std::move(line));
        }
        text_.clear();
    }

    std::string product_;
    std::vector<ChangelogEntry> entries_;
    std::vector<std::string> shared_;
    std::string text_;
    bool starred_ = false;
};

Result<ImportResult> read(const std::string& argument, const EventsOf&) {
    auto [product, path] = product_path(argument);
    DebianReader reader(product);
    return read_changelog(path, reader, {.notice = "facts out of a package's changelog"});
}

}  // namespace

extern const Importer plugin_importers_debian_changelog;
const Importer plugin_importers_debian_changelog{
    "debian-changelog",
    "the changelog.Debian of a kernel package of Debian or Ubuntu",
    read,
};

}  // namespace inquest
