// A dump as a file, which a session is opened on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <unistd.h>

namespace inquest {

// A file that goes when the test is over.
class DumpFile {
  public:
    explicit DumpFile(std::span<const std::uint8_t> bytes)
        : path_(std::filesystem::temp_directory_path() /
                ("inquest-kernel-test." + std::to_string(::getpid()))) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    ~DumpFile() { std::filesystem::remove(path_); }
    DumpFile(const DumpFile&) = delete;
    DumpFile& operator=(const DumpFile&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

}  // namespace inquest
