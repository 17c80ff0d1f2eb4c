// A distribution's changelog as the fixes that its kernels have, and since which version.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/importer.h"

namespace inquest {

struct ChangelogLine {
    std::string subject;  // of the commit; of the one that is taken back when `reverts`
    std::vector<std::string> cves;
    bool reverts = false;
};

struct ChangelogEntry {
    std::string product;  // "" whose it is cannot be told
    std::string version;
    std::vector<ChangelogLine> lines;
};

// The CVE ids in a text, each once.
std::vector<std::string> cves_in(std::string_view text);

// A line of a changelog without its bullet. `Revert "subject"` is taken apart; CVEs in it count for nothing.
ChangelogLine changelog_line(std::string_view text);

// What the newest version has, each fix with the version that brought it last. `entries` are in the order of
// the file, the newest first. A fix that was taken back, and not brought again, is left out.
void add_facts(const std::vector<ChangelogEntry>& entries, ImportResult& result);

// "rhel9" and "kernel.spec" of "rhel9=kernel.spec". The first is "" when `argument` names no product.
struct ProductPath {
    std::string product, path;
};
ProductPath product_path(const std::string& argument);

// What both importers do. `read_line` is called with each line of the file.
class ChangelogReader {
  public:
    virtual ~ChangelogReader() = default;
    virtual void take(std::string_view line) = 0;
    // Whatever has been read so far, complete.
    virtual std::vector<ChangelogEntry> finish() = 0;
};
Result<ImportResult> read_changelog(const std::string& path, ChangelogReader& reader, CatalogueSource source);

}  // namespace inquest
