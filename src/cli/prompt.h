// Lines from a person: with history and completion at a terminal, plainly from anything else.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

class Prompt {
  public:
    // What the end of the line up to the cursor may become.
    struct Candidates {
        std::size_t start = 0;
        std::vector<std::string> words;
        bool more = false;
    };
    using Complete = std::function<Candidates(std::string_view line)>;

    // `text` stands in front of the cursor; not when stdin or stdout is no terminal. History is kept in the
    // user's state folder ($XDG_STATE_HOME, ~/.local/state), readable by nobody else.
    Prompt(std::string text, Complete complete);
    ~Prompt();
    Prompt(const Prompt&) = delete;
    Prompt& operator=(const Prompt&) = delete;

    // The next line without its end; nullopt at the end of the input. Ctrl-C drops the line.
    std::optional<std::string> line();

    [[nodiscard]] bool interactive() const { return editor_ != nullptr; }

  private:
    struct Editor;
    std::unique_ptr<Editor> editor_;
};

// Ctrl-C from now on only sets a flag. Gives it and clears it.
void catch_interrupts();
bool interrupted();
void forget_interrupt();

}  // namespace inquest
