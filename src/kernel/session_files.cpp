// What a session takes from files of debug information where the dump itself does not suffice.
#include <algorithm>
#include <array>

#include "base/input.h"
#include "base/text.h"
#include "debuginfo/sources/system_map.h"
#include "kernel/debug_package.h"
#include "kernel/session.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostNotes = 64 << 10;
constexpr std::size_t kMostMap = 64 << 20;

Result<std::string> read_file(const std::string& path) {
    auto stream = open_raw(path);
    if (!stream) return std::unexpected(std::move(stream.error()));
    std::string text;
    std::array<char, 1 << 16> block{};
    for (;;) {
        auto size = (*stream)->read(block);
        if (!size) return std::unexpected(std::move(size.error()));
        if (*size == 0) return text;
        if (text.size() > kMostMap) return fail(path + " is too large for a System.map");
        text.append(block.data(), *size);
    }
}

}  // namespace

void Session::look_for_files(DebugFileOptions files) {
    debug_files_ =
        std::make_unique<DebugFiles>(std::move(files), release(), std::string(info_.value("BUILD-ID")));
}

Result<void> Session::use_debug_files(DebugFileOptions files) {
    look_for_files(std::move(files));
    return debug_files_->open_named([this](const ElfFile& file) { return check_file(file); });
}

std::string Session::missing_file() const {
    std::string id(info_.value("BUILD-ID"));
    std::string package = debug_package(release(), version());
    return "the kernel's debug file adds them: --symbols with vmlinux of " + release() +
           (id.empty() ? "" : ", build-id " + id) + (package.empty() ? "" : " (package " + package + ")");
}

std::string Session::build_id() {
    if (auto id = info_.value("BUILD-ID"); !id.empty()) return std::string(id);
    auto start = symbols().address_of("__start_notes"), stop = symbols().address_of("__stop_notes");
    if (!start || !stop || *stop <= *start) return "";
    return build_id_of_notes(memory().bytes(*start, *stop - *start, kMostNotes));
}

std::optional<std::uint64_t> Session::kernel_bias(const ElfFile& file) {
    if (bias_) return bias_;
    auto linked = file.symbol("_stext");
    auto here = info_.symbol("_stext");
    if (!here && symbols_) here = symbols_->address_of("_stext");
    if (linked && here) {
        bias_ = *here - *linked;
    } else if (auto offset = parse_hex(info_.value("KERNELOFFSET"))) {  // x86 (b6085a865762) and arm64
        bias_ = offset;
    }
    return bias_;
}

// An older kernel's VMCOREINFO names no build-id; then its notes are looked at where this file has them.
Result<void> Session::check_file(const ElfFile& file) {
    std::string id(info_.value("BUILD-ID"));
    if (id.empty()) {
        auto bias = kernel_bias(file);
        auto notes = file.section(".notes");
        if (bias && !notes.bytes.empty())
            id = build_id_of_notes(memory().bytes(notes.address + *bias, notes.bytes.size(), kMostNotes));
        if (id.empty()) id = build_id();
    }
    bias_.reset();
    if (!id.empty() && id == file.build_id()) return {};
    const std::string own = file.build_id().empty() ? "no build-id" : "build-id " + file.build_id();
    return fail(file.path() + " has " + own + ", the dump's kernel " + release() + " " +
                (id.empty() ? "shows none to compare" : "has " + id));
}

const ElfFile* Session::kernel_file() {
    return debug_files_->kernel([this](const ElfFile& file) { return check_file(file); });
}

const SymbolTable& Session::symbols() {
    if (!symbols_) {
        symbols_.emplace();
        auto loaded = load_symbols();
        if (!loaded && !load_symbol_files())
            problems_.push_back("no symbols: " + loaded.error().message() + "; " + missing_file());
        symbols_->seal();
    }
    return *symbols_;
}

Result<void> Session::load_symbol_files() {
    *symbols_ = {};
    if (const ElfFile* file = kernel_file(); file && file->has_symbols()) {
        auto bias = kernel_bias(*file);
        if (!bias) return fail("nothing tells where the kernel was loaded");
        file->add_symbols(*symbols_, *bias);
        return {};
    }
    const std::string path = debug_files_->system_map();
    if (path.empty()) return fail("no debug file");
    auto text = read_file(path);
    if (!text) return std::unexpected(std::move(text.error()));
    // A System.map carries no build-id: it is this kernel's when what VMCOREINFO tells of some symbols holds.
    auto linked = system_map_symbol(*text, "_stext"), here = info_.symbol("_stext");
    if (!linked || !here) return fail(path + ": nothing tells where the kernel was loaded");
    const std::uint64_t bias = *here - *linked;
    std::size_t agreeing = 0;
    for (std::string_view name : {"init_uts_ns", "swapper_pg_dir", "log_buf", "node_online_map"}) {
        auto in_map = system_map_symbol(*text, name), in_dump = info_.symbol(name);
        if (!in_map || !in_dump) continue;
        if (*in_map + bias != *in_dump) {
            problems_.push_back(path + " is not of the dump's kernel: " + std::string(name) + " is at " +
                                hex(*in_dump) + ", not " + hex(*in_map + bias));
            return fail("another kernel's System.map");
        }
        ++agreeing;
    }
    if (agreeing == 0) return fail(path + ": no symbol of it can be checked");
    return read_system_map(*text, bias, *symbols_);
}

const Types* Session::types() {
    if (const Btf* own = btf()) return own;
    if (!types_tried_) {
        types_tried_ = true;
        const ElfFile* file = kernel_file();
        auto opened = file ? DwarfTypes::open(*file) : fail("");
        if (opened) {
            dwarf_types_ = std::move(*opened);
        } else {
            const bool advised = std::ranges::any_of(problems_, [](const std::string& problem) {
                return problem.find("--symbols") != problem.npos;
            });
            problems_.push_back("no types: " + btf_problem_ + (advised ? "" : "; " + missing_file()));
        }
    }
    return dwarf_types_.get();
}

const Btf* Session::btf() {
    if (!btf_tried_) {
        btf_tried_ = true;
        auto loaded = load_btf();
        if (loaded) {
            btf_ = std::move(*loaded);
        } else {
            btf_problem_ = loaded.error().message();
            const ElfFile* file = kernel_file();
            if (auto bytes = file ? file->section(".BTF").bytes : std::span<const std::uint8_t>();
                !bytes.empty())
                if (auto parsed = Btf::parse({bytes.begin(), bytes.end()})) btf_ = std::move(*parsed);
        }
    }
    return btf_ ? &*btf_ : nullptr;
}

Result<Btf> Session::load_btf() {
    constexpr std::uint64_t kMostBtf = 64 << 20;
    if (symbols().size() == 0) return fail("without symbols nothing tells where they are");
    auto start = symbols().address_of("__start_BTF"), stop = symbols().address_of("__stop_BTF");
    if (!start || !stop || *stop <= *start)
        return fail("the kernel has no BTF (CONFIG_DEBUG_INFO_BTF), or no symbol that says where it is");
    auto bytes = memory().bytes(*start, *stop - *start, kMostBtf);
    if (bytes.empty()) return fail("the kernel's BTF is not in the dump");
    return Btf::parse(std::move(bytes));
}

}  // namespace inquest
