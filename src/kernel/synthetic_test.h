// A session on a synthetic kernel, for tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <unistd.h>

#include "kernel/session.h"
#include "synth/kernel.h"

namespace inquest {

// nullptr when the dump cannot be opened. The file is gone by then; the session keeps it mapped.
inline std::unique_ptr<Session> session_of(synth::Kernel& kernel) {
    static int count = 0;
    auto path = std::filesystem::temp_directory_path() /
                ("inquest-synthetic." + std::to_string(::getpid()) + "." + std::to_string(++count));
    const auto bytes = kernel.dump();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    auto session = Session::open(path.string());
    std::filesystem::remove(path);
    return session ? std::move(*session) : nullptr;
}

}  // namespace inquest
