#include "dump/kdumpfile_library.h"

#include <dlfcn.h>
#include <mutex>

namespace inquest {
namespace {

constexpr char kLibrary[] = "libkdumpfile.so.10";  // 0.5.x
constexpr int kOk = 0, kNoData = 3;                // kdump_status
constexpr int kNumber = 2, kString = 4;            // kdump_attr_type_t
constexpr int kMachinePhysical = 1;                // kdump_addrspace_t
constexpr std::uint64_t kMostPageSize = 1 << 20;

struct Context;
struct Attribute {  // kdump_attr_t
    int type;
    union {
        std::uint64_t number;
        const char* string;
    } value;
};

struct Library {
    void* handle = nullptr;
    Context* (*make)() = nullptr;
    void (*free)(Context*) = nullptr;
    int (*open)(Context*, unsigned count, const int* descriptors) = nullptr;
    int (*read)(Context*, int space, std::uint64_t address, void* out, std::size_t* length) = nullptr;
    int (*attribute)(Context*, const char* key, Attribute* value) = nullptr;
    const char* (*error)(Context*) = nullptr;
    bool complete = false;

    Library() : handle(::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL)) {
        complete = handle && find(make, "kdump_new") && find(free, "kdump_free") &&
                   find(open, "kdump_open_fdset") && find(read, "kdump_read") &&
                   find(attribute, "kdump_get_typed_attr") && find(error, "kdump_get_err");
    }
    template <typename Function>
    bool find(Function& function, const char* name) {
        function = reinterpret_cast<Function>(::dlsym(handle, name));
        return function != nullptr;
    }
};

const Library& library() {
    static const Library loaded;
    return loaded;
}

class LibraryDump : public Dump {
  public:
    explicit LibraryDump(Image image) : image_(std::move(image)), context_(library().make()) {}
    ~LibraryDump() override {
        if (context_) library().free(context_);
    }
    LibraryDump(const LibraryDump&) = delete;
    LibraryDump& operator=(const LibraryDump&) = delete;

    Result<void> open() {
        const int descriptor = image_.descriptor();
        if (!context_) return fail("libkdumpfile has no memory for a dump");
        if (descriptor < 0) return fail("libkdumpfile reads files only");
        if (library().open(context_, 1, &descriptor) != kOk)
            return fail(std::string("libkdumpfile cannot open it: ") + library().error(context_));
        facts_.format = text("file.format") + ", read by libkdumpfile";
        facts_.machine = text("arch.name");
        facts_.release = text("linux.uts.release");
        facts_.version = text("linux.uts.version");
        const std::uint64_t page = number("arch.page_size");
        if (page == 0 || page > kMostPageSize || (page & (page - 1)) != 0)
            return fail("libkdumpfile does not tell this dump's page size");
        facts_.page_size = static_cast<std::uint32_t>(page);
        facts_.page_count = number("max_pfn");
        if (facts_.page_count == 0 || facts_.page_count > UINT64_MAX / page)
            return fail("libkdumpfile does not tell how much memory this dump speaks of");
        return {};
    }

    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const override {
        if (pfn >= facts_.page_count) return ReadOutcome::unmapped;
        std::size_t length = page.size();
        const std::lock_guard lock(mutex_);
        switch (library().read(context_, kMachinePhysical, pfn * facts_.page_size, page.data(), &length)) {
            case kOk:
                return ReadOutcome::present;
            case kNoData:  // it does not tell what was left out from what never was
                return ReadOutcome::filtered;
            default:
                return ReadOutcome::torn;
        }
    }

  private:
    [[nodiscard]] std::uint64_t number(const char* key) const {
        Attribute attribute{kNumber, {}};
        return library().attribute(context_, key, &attribute) == kOk ? attribute.value.number : 0;
    }
    [[nodiscard]] std::string text(const char* key) const {
        Attribute attribute{kString, {}};
        const bool found = library().attribute(context_, key, &attribute) == kOk && attribute.value.string;
        return found ? attribute.value.string : "";
    }

    Image image_;
    Context* context_;
    mutable std::mutex mutex_;
};

}  // namespace

Result<std::unique_ptr<Dump>> open_with_libkdumpfile(Image image) {
    if (!library().complete)
        return fail(
            "this dump is LKCD's, sadump's or of s390: install libkdumpfile 0.5 (apt-get install "
            "libkdumpfile10) "
            "to read it");
    auto dump = std::make_unique<LibraryDump>(std::move(image));
    if (auto opened = dump->open(); !opened) return std::unexpected(std::move(opened.error()));
    return dump;
}

}  // namespace inquest
