// A clone of Linux: fixes whose messages quote a crash, where they were backported to, which commit brought
// the bug, and in which releases all of these came.
#include "knowledge/imported/git.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "knowledge/imported/commit_message.h"
#include "knowledge/imported/quoted_crashes.h"
#include "knowledge/imported/subject.h"
#include "knowledge/importer.h"
#include "knowledge/upstream_version.h"

namespace inquest {
namespace {

constexpr std::size_t kMostFixes = 200'000;
constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kShort = 12;

// A fix in mainline, and the same in stable branches.
struct Fix {
    ImportedIssue issue;
    std::vector<std::string> commits;  // in this clone
    std::set<std::string> culprits;    // as the message names them, then in full
};

class Reader {
  public:
    Reader(const std::string& path, const EventsOf& events_of) : clone_(path), events_of_(events_of) {}

    Result<ImportResult> read() {
        auto done = clone_.each_commit(
            [&](std::string_view commit, std::string_view message) { take(commit, message); });
        if (!done) return std::unexpected(done.error());
        std::erase_if(fixes_, [](const auto& entry) { return entry.second.issue.crashes.empty(); });
        if (done = find_culprits(); !done) return std::unexpected(done.error());
        if (done = find_releases(); !done) return std::unexpected(done.error());
        if (done = find_files(); !done) return std::unexpected(done.error());
        for (auto& [commit, fix] : fixes_) {
            add_branches(commit, fix);
            result_.issues.push_back(std::move(fix.issue));
        }
        return std::move(result_);
    }

  private:
    void take(std::string_view commit, std::string_view text) {
        ++result_.records;
        auto message = read_commit_message(text);
        if (!message.upstream.empty()) backports_[message.upstream].emplace_back(commit);
        if (!message.quotes_frames) return;
        const std::string& mainline = message.upstream.empty() ? std::string(commit) : message.upstream;
        if (fixes_.size() >= kMostFixes && !fixes_.contains(mainline)) return;
        Fix& fix = fixes_[mainline];
        fix.commits.emplace_back(commit);
        fix.culprits.insert(message.culprits.begin(), message.culprits.end());
        if (!fix.issue.id.empty()) return;  // the copies say the same
        fix.issue.id = std::string(kCommitId) + mainline.substr(0, kShort);
        fix.issue.subject = subject_key(message.subject);
        add_crashes(fix.issue, events_of_(text));
    }

    Result<void> find_culprits() {
        std::set<std::string> named;
        for (const auto& [commit, fix] : fixes_) named.insert(fix.culprits.begin(), fix.culprits.end());
        std::vector<std::string> abbreviated(named.begin(), named.end());
        auto full = clone_.resolve(abbreviated);
        if (!full) return std::unexpected(full.error());
        std::map<std::string_view, std::string_view> of;
        for (std::size_t i = 0; i < abbreviated.size(); ++i) of[abbreviated[i]] = (*full)[i];
        for (auto& [commit, fix] : fixes_) {
            std::set<std::string> culprits;
            for (const auto& culprit : fix.culprits)
                if (!of[culprit].empty()) culprits.emplace(of[culprit]);
            fix.culprits = std::move(culprits);
        }
        return {};
    }

    Result<void> find_releases() {
        std::set<std::string> wanted;
        auto add_all = [&](const auto& commits) { wanted.insert(commits.begin(), commits.end()); };
        for (const auto& [commit, fix] : fixes_) {
            add_all(fix.commits);
            add_all(fix.culprits);
            for (const auto& culprit : fix.culprits)
                if (auto copies = backports_.find(culprit); copies != backports_.end())
                    add_all(copies->second);
        }
        auto found = clone_.releases({wanted.begin(), wanted.end()});
        if (!found) return std::unexpected(found.error());
        releases_ = std::move(*found);
        return {};
    }

    // Of the commit in mainline, or of a copy where this clone has no other.
    Result<void> find_files() {
        std::vector<std::string> wanted;
        for (const auto& [commit, fix] : fixes_) wanted.push_back(source_of(commit, fix));
        auto found = clone_.files(wanted);
        if (!found) return std::unexpected(found.error());
        for (auto& [commit, fix] : fixes_)
            for (auto& file : (*found)[source_of(commit, fix)])
                if (is_file_name(file) && fix.issue.files.size() < kMostFiles)
                    fix.issue.files.push_back(std::move(file));
        return {};
    }

    static const std::string& source_of(const std::string& mainline, const Fix& fix) {
        bool here = std::ranges::find(fix.commits, mainline) != fix.commits.end();
        return here ? mainline : fix.commits.front();
    }

    [[nodiscard]] std::optional<UpstreamVersion> release_of(const std::string& commit) const {
        auto found = releases_.find(commit);
        return found == releases_.end() ? std::nullopt : parse_upstream(found->second);
    }

    // The release that brought the bug to a branch: the mainline one that it grew from or an earlier one,
    // else the one with the culprit's copy; "0" cannot be told.
    [[nodiscard]] std::string introduced_on(const UpstreamVersion& branch, const Fix& fix) const {
        std::optional<UpstreamVersion> first;
        auto consider = [&](const std::string& commit, bool copy) {
            auto release = release_of(commit);
            bool here = release &&
                        (copy ? release->branch() == branch : release->is_mainline() && *release <= branch);
            if (here && (!first || *release < *first)) first = release;
        };
        for (const auto& culprit : fix.culprits) {
            consider(culprit, false);
            if (auto copies = backports_.find(culprit); copies != backports_.end())
                for (const auto& copy : copies->second) consider(copy, true);
        }
        return first ? first->text() : "0";
    }

    void add_branches(const std::string& mainline, Fix& fix) {
        std::map<UpstreamVersion, std::pair<UpstreamVersion, std::string>> branches;
        for (const auto& commit : fix.commits) {
            auto release = release_of(commit);
            if (!release) continue;
            // Several on one branch: the last is what it took.
            auto [place, fresh] = branches.try_emplace(release->branch(), *release, commit);
            if (!fresh && place->second.first < *release) place->second = {*release, commit};
        }
        if (branches.empty()) result_.note("are in no release of the clone yet", fix.issue.id);
        if (fix.culprits.empty()) result_.note("do not say which commit brought the bug", fix.issue.id);
        for (const auto& [branch, fixed] : branches)
            fix.issue.fixes.push_back({introduced_on(branch, fix), fixed.first.text(), fixed.second});
        // Who has no stable branches still learns the commit to look for.
        if (branches.empty())
            fix.issue.fixes.push_back({introduced_on({.number = {UINT16_MAX, 0, 0, 0}}, fix), "0", mainline});
    }

    GitClone clone_;
    const EventsOf& events_of_;
    ImportResult result_;
    std::map<std::string, Fix> fixes_;  // by the commit in mainline
    std::map<std::string, std::vector<std::string>> backports_;
    std::map<std::string, std::string> releases_;
};

Result<ImportResult> read(const std::string& path, const EventsOf& events_of) {
    auto result = Reader(path, events_of).read();
    if (!result) return result;
    if (result->issues.empty()) return fail(path + " holds no commit whose message quotes a crash");
    std::string newest;
    for (const ImportedIssue& issue : result->issues)
        for (const BranchFix& fix : issue.fixes)
            if (fix.fixed != "0" && (newest.empty() || parse_upstream(newest) < parse_upstream(fix.fixed)))
                newest = fix.fixed;
    result->source = {"commits of Linux", newest.empty() ? "" : "up to " + newest,
                      "facts out of the kernel's history"};
    return result;
}

}  // namespace

extern const Importer plugin_importers_git;
const Importer plugin_importers_git{
    "git",
    "a clone of Linux: commits that quote a crash, and the releases that have them",
    read,
};

}  // namespace inquest
