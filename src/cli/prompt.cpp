#include "cli/prompt.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

namespace inquest {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

constexpr int kHistoryLines = 2000;
constexpr std::size_t kLongestLine = 64 << 10;

std::filesystem::path history_file() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state && state[0] == '/') return std::filesystem::path(state) / "inquest" / "history";
    const char* home = std::getenv("HOME");
    return home && home[0] == '/' ? std::filesystem::path(home) / ".local" / "state" / "inquest" / "history"
                                  : std::filesystem::path();
}

std::string common_start(const std::vector<std::string>& words) {
    std::string common = words.front();
    for (const std::string& word : words)
        common.resize(static_cast<std::size_t>(std::ranges::mismatch(common, word).in1 - common.begin()));
    return common;
}

// From a pipe or file.
std::optional<std::string> plain_line() {
    std::string line;
    for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
        if (c == EOF && line.empty()) return std::nullopt;
        if (c == EOF) break;
        if (line.size() < kLongestLine) line += static_cast<char>(c);
    }
    return line;
}

}  // namespace

struct Prompt::Editor {
    std::string prompt;
    Complete complete;
    EditLine* edit = nullptr;
    History* history = nullptr;
    std::string file;

    static Editor& of(EditLine* edit) {
        void* self = nullptr;
        el_get(edit, EL_CLIENTDATA, &self);
        return *static_cast<Editor*>(self);
    }

    static char* show_prompt(EditLine* edit) { return of(edit).prompt.data(); }

    static unsigned char complete_word(EditLine* edit, int) {
        const LineInfo* info = el_line(edit);
        std::string_view line(info->buffer, static_cast<std::size_t>(info->cursor - info->buffer));
        Candidates found = of(edit).complete(line);
        if (found.words.empty()) return CC_REFRESH_BEEP;
        std::string insert =
            common_start(found.words)
                .substr(std::min(line.size() - found.start, common_start(found.words).size()));
        if (found.words.size() == 1) insert += ' ';
        if (!insert.empty()) return el_insertstr(edit, insert.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
        show(found);
        return CC_REDISPLAY;
    }

    static void show(const Candidates& found) {
        constexpr std::size_t kMostShown = 100;
        std::string text = "\n";
        std::size_t shown = std::min(found.words.size(), kMostShown);
        for (std::size_t i = 0; i < shown; ++i) text.append(escape_for_terminal(found.words[i])).append("  ");
        if (found.more || shown < found.words.size()) text += "...";
        std::fputs((text + "\n").c_str(), stdout);
        std::fflush(stdout);
    }
};

Prompt::Prompt(std::string text, Complete complete) {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return;
    auto editor = std::make_unique<Editor>();
    editor->prompt = std::move(text);
    editor->complete = std::move(complete);
    editor->edit = el_init("inquest", stdin, stdout, stderr);
    editor->history = history_init();
    if (!editor->edit || !editor->history) return;
    HistEvent event;
    history(editor->history, &event, H_SETSIZE, kHistoryLines);
    history(editor->history, &event, H_SETUNIQUE, 1);
    editor->file = history_file();
    if (!editor->file.empty()) history(editor->history, &event, H_LOAD, editor->file.c_str());
    el_set(editor->edit, EL_CLIENTDATA, editor.get());
    el_set(editor->edit, EL_PROMPT, &Editor::show_prompt);
    el_set(editor->edit, EL_EDITOR, "emacs");
    el_set(editor->edit, EL_HIST, history, editor->history);
    el_set(editor->edit, EL_ADDFN, "inquest-complete", "Complete the word", &Editor::complete_word);
    el_set(editor->edit, EL_BIND, "^I", "inquest-complete", nullptr);
    el_set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    editor_ = std::move(editor);
}

Prompt::~Prompt() {
    if (!editor_) return;
    std::error_code ignored;  // history that cannot be kept is no reason to fail
    if (!editor_->file.empty()) {
        std::filesystem::create_directories(std::filesystem::path(editor_->file).parent_path(), ignored);
        mode_t before = umask(S_IRWXG | S_IRWXO);
        HistEvent event;
        history(editor_->history, &event, H_SAVE, editor_->file.c_str());
        umask(before);
    }
    history_end(editor_->history);
    el_end(editor_->edit);
}

std::optional<std::string> Prompt::line() {
    if (!editor_) return plain_line();
    for (;;) {
        int length = 0;
        errno = 0;
        const char* text = el_gets(editor_->edit, &length);
        if (!text && (interrupted() || errno == EINTR)) {
            forget_interrupt();
            el_reset(editor_->edit);
            std::fputs("\n", stdout);
            continue;
        }
        if (!text || length <= 0) {
            std::fputs("\n", stdout);
            return std::nullopt;
        }
        std::string line(trim(std::string_view(text, static_cast<std::size_t>(length))));
        HistEvent event;
        if (!line.empty()) history(editor_->history, &event, H_ENTER, line.c_str());
        return line;
    }
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) { g_interrupted = 1; };  // without SA_RESTART: reading a line ends, too
    sigaction(SIGINT, &action, nullptr);
}

bool interrupted() { return g_interrupted != 0; }
void forget_interrupt() { g_interrupted = 0; }

}  // namespace inquest
