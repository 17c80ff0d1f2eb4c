#include "knowledge/imported/git.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "knowledge/upstream_version.h"

namespace inquest {
namespace {

constexpr std::size_t kLongestPiece = 256 << 10;

using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Pieces of a stream in constant memory; the end of one that is too long is dropped.
void each_piece(std::FILE* stream, char end, const std::function<void(std::string_view)>& take) {
    std::array<char, 1 << 16> buffer{};
    std::string piece;
    while (auto got = std::fread(buffer.data(), 1, buffer.size(), stream)) {
        std::string_view rest(buffer.data(), got);
        while (!rest.empty()) {
            auto at = rest.find(end);
            auto part = rest.substr(0, at);
            piece += part.substr(0, kLongestPiece - std::min(kLongestPiece, piece.size()));
            if (at == rest.npos) break;
            take(piece);
            piece.clear();
            rest.remove_prefix(at + 1);
        }
    }
    if (!piece.empty()) take(piece);
}

std::string lines_of(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text.append(word).append("\n");
    return text;
}

bool is_commit(std::string_view text) {
    if (text.size() != 40) return false;
    for (char c : text)
        if (!is_hex(c)) return false;
    return true;
}

}  // namespace

Result<void> GitClone::run(const std::vector<std::string>& arguments, const std::string& input, char end,
                           const std::function<void(std::string_view)>& take) const {
    // The clone's own configuration may name programs; none of these options lets git run one.
    std::vector<std::string> words{"git", "--no-pager", "-c", "core.fsmonitor=false", "-C", path_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<std::string> settings{"LC_ALL=C", "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1",
                                      "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0"};
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!std::string_view(*variable).starts_with("GIT_")) settings.emplace_back(*variable);
    std::vector<char*> environment;
    for (auto& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);

    Stream asked(std::tmpfile(), std::fclose);
    std::array<int, 2> pipe{};
    if (!asked || std::fwrite(input.data(), 1, input.size(), asked.get()) != input.size() ||
        std::fflush(asked.get()) != 0 || std::fseek(asked.get(), 0, SEEK_SET) != 0 ||
        ::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return fail("no temporary file or pipe for git");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ::fileno(asked.get()), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    int failed = ::posix_spawnp(&child, "git", &actions, nullptr, argv.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    Stream output(::fdopen(pipe[0], "r"), std::fclose);
    if (failed != 0) return fail("git cannot be run; it reads the clone");
    if (output) each_piece(output.get(), end, take);
    output.reset();
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail("git " + arguments.front() + " cannot read " + path_);
    return {};
}

Result<void> GitClone::each_commit(
    const std::function<void(std::string_view, std::string_view)>& take) const {
    return run({"log", "--all", "--no-show-signature", "--no-color", "--no-decorate", "--format=%H%n%B%x00"},
               "", '\0', [&](std::string_view record) {
                   record = trim_left(record);
                   auto line = record.find('\n');
                   auto commit = record.substr(0, line);
                   if (is_commit(commit))
                       take(commit, line == record.npos ? std::string_view() : record.substr(line + 1));
               });
}

Result<std::vector<std::string>> GitClone::resolve(const std::vector<std::string>& abbreviated) const {
    std::vector<std::string> full;
    auto done = run({"cat-file", "--batch-check=%(objectname) %(objecttype)"}, lines_of(abbreviated), '\n',
                    [&](std::string_view line) {
                        bool found =
                            line.size() > 40 && line.substr(40) == " commit" && is_commit(line.substr(0, 40));
                        full.emplace_back(found ? line.substr(0, 40) : std::string_view());
                    });
    if (!done) return std::unexpected(done.error());
    full.resize(abbreviated.size());
    return full;
}

Result<std::map<std::string, std::string>> GitClone::releases(const std::vector<std::string>& commits) const {
    std::map<std::string, std::string> found;
    auto take = [&](std::string_view line) {
        // "<40 digits> (tags/v5.13-rc1~12^2)"
        auto name = between(line, "(", ")");
        if (line.size() < 42 || !is_commit(line.substr(0, 40)) || !name) return;
        if (auto release = release_of_name(*name); !release.empty())
            found[std::string(line.substr(0, 40))] = release;
    };
    // The older name of the option is all that older versions have.
    for (const char* option : {"--annotate-stdin", "--stdin"}) {
        found.clear();
        if (run({"name-rev", "--tags", "--refs=refs/tags/v[0-9]*", option}, lines_of(commits), '\n', take))
            return found;
    }
    return fail("git name-rev cannot read the tags of " + path_);
}

Result<std::map<std::string, std::vector<std::string>>> GitClone::files(
    const std::vector<std::string>& commits) const {
    std::map<std::string, std::vector<std::string>> found;
    std::vector<std::string>* list = nullptr;
    if (commits.empty()) return found;
    auto done = run({"log", "--no-walk=unsorted", "--stdin", "--no-show-signature", "--no-ext-diff",
                     "--no-textconv", "--no-renames", "--name-only", "--format=commit %H"},
                    lines_of(commits), '\n', [&](std::string_view line) {
                        static constexpr std::string_view kStart = "commit ";
                        if (line.starts_with(kStart) && is_commit(line.substr(kStart.size())))
                            list = &found[std::string(line.substr(kStart.size()))];
                        else if (list && !line.empty())
                            list->emplace_back(line);
                    });
    if (!done) return std::unexpected(done.error());
    return found;
}

std::string release_of_name(std::string_view name) {
    static constexpr std::string_view kTag = "tags/v";
    if (!name.starts_with(kTag)) return {};
    auto tag = name.substr(kTag.size());
    tag = tag.substr(0, tag.find_first_of("~^"));
    auto version = parse_upstream(tag);
    return version && version->text() == tag ? version->release().text() : "";
}

}  // namespace inquest
