#include "debuginfo/sources/debuginfod.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace inquest {
namespace {

// elfutils/debuginfod.h, whose interface has been the same since 0.178. A build-id of length 0 is a text.
struct Client;
using Begin = Client* (*)();
using Find = int (*)(Client* client, const unsigned char* build_id, int length, char** path);
using End = void (*)(Client* client);

}  // namespace

Result<std::string> fetch_debuginfo(std::string_view build_id) {
    const char* servers = std::getenv("DEBUGINFOD_URLS");
    if (!servers || !*servers)
        return fail(
            "no debuginfod server is known: set DEBUGINFOD_URLS, such as to "
            "https://debuginfod.debian.net");
    void* library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail(
            "asking debuginfod servers takes libdebuginfod (Debian: libdebuginfod1), which is not here");
    auto begin = reinterpret_cast<Begin>(dlsym(library, "debuginfod_begin"));
    auto find = reinterpret_cast<Find>(dlsym(library, "debuginfod_find_debuginfo"));
    auto end = reinterpret_cast<End>(dlsym(library, "debuginfod_end"));
    Client* client = begin && find && end ? begin() : nullptr;
    if (!client) return fail("libdebuginfod cannot be used");
    const std::string id(build_id);
    char* path = nullptr;
    const int found = find(client, reinterpret_cast<const unsigned char*>(id.c_str()), 0, &path);
    end(client);
    if (found < 0) return fail("no debuginfod server gave build-id " + id + ": " + std::strerror(-found));
    ::close(found);
    std::string result = path ? path : "";
    std::free(path);
    return result;
}

}  // namespace inquest
