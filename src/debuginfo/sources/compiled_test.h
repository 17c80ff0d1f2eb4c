// A small program compiled on the spot, with the debug information that the test asks for.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace inquest {

inline constexpr std::string_view kProgram = R"(
enum colour { red, green = 5, blue = -1 };
typedef unsigned long word_t;
struct later;
struct bits { unsigned a : 3, b : 7; signed c : 5; };
struct item {
    struct item *next;
    const char *name;
    word_t words[2][3];
    union { int number; float real; };
    struct bits bits;
    enum colour colour;
    struct later *later;
    int (*call)(struct item *self, ...);
};
struct item first_item;
int sink;
static inline __attribute__((always_inline)) void store(int value) {
    *(volatile int *)&sink = value;
}
__attribute__((noinline)) int outer(struct item *item, int count) {
    store(count);
    return count + item->number;
}
int main(void) { return outer(&first_item, 7); }
)";

// Its lines in kProgram, from 1: what `store` does, and where it was inlined.
inline constexpr unsigned kStoreLine = 19, kCallLine = 22;

class Compiled {
  public:
    // `options` of gcc; with "-c" the file is relocatable.
    explicit Compiled(const std::string& options, std::string_view source = kProgram) {
        folder_ = std::filesystem::temp_directory_path() / ("inquest-compiled-" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
        std::ofstream(folder_ / "program.c") << source;
        const std::string command = "cd " + folder_.string() + " && gcc -O1 -g -no-pie -Wl,--build-id=sha1 " +
                                    options + " -o program program.c";
        worked_ = std::system(command.c_str()) == 0;
    }
    ~Compiled() { std::filesystem::remove_all(folder_); }
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;

    [[nodiscard]] bool worked() const { return worked_; }
    [[nodiscard]] std::string path() const { return (folder_ / "program").string(); }
    [[nodiscard]] std::filesystem::path folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
    bool worked_ = false;
};

}  // namespace inquest
