// A folder for one test, gone when it ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/time.h>

namespace inquest {

class Scratch {
  public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "inquest-test-XXXXXX").string();
        root_ = mkdtemp(name.data());
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }

    [[nodiscard]] std::string path(std::string_view name) const { return root_ + "/" + std::string(name); }
    [[nodiscard]] const std::string& root() const { return root_; }

    // Makes the file and the folders above it; its time is `minutes` after some fixed moment.
    std::string write(std::string_view name, std::string_view content, int minutes = 0) const {
        std::filesystem::path file = path(name);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
        static constexpr time_t kJanuary2024 = 1706659200;
        const timeval moment{kJanuary2024 + 60 * minutes, 0};
        const timeval times[] = {moment, moment};
        utimes(file.c_str(), times);
        return file.string();
    }

  private:
    std::string root_;
};

}  // namespace inquest
