#include "kernel/source_lines.h"

#include <algorithm>
#include <elf.h>
#include <iterator>

namespace inquest {
namespace {

constexpr std::uint64_t kMostModuleBytes = 64 << 20;

Frame frame_of(const SourcePlace& place, const CodeRef& around) {
    Frame frame;
    frame.symbol = place.function;
    frame.module = around.module;
    frame.address = around.address;
    frame.file = place.file;
    frame.line = place.line;
    frame.inlined = true;
    frame.found_by = "dwarf";
    return frame;
}

// Gives the frame its line; what was inlined into it, to be put in front.
std::vector<Frame> explain(Frame& frame, const std::vector<SourcePlace>& places) {
    std::vector<Frame> inlined;
    for (const SourcePlace& place : places) {
        if (place.inlined) {
            inlined.push_back(frame_of(place, frame));
        } else {
            frame.file = place.file;
            frame.line = place.line;
        }
    }
    return inlined;
}

}  // namespace

std::vector<std::string> module_build_ids(const Session& session, const ModuleView& module) {
    // A note's header (include/uapi/linux/elf.h): sizes of name and content, its type, its owner.
    constexpr std::uint8_t kOwner[] = {3, 0, 0, 0, 'G', 'N', 'U', 0};
    constexpr std::uint64_t kBefore = 8, kLongest = 64;
    std::vector<std::string> ids;
    for (const ModuleMemory& memory : module.memory) {
        if (memory.size > kMostModuleBytes) continue;
        std::vector<std::uint8_t> bytes(memory.size);
        constexpr std::uint64_t kPage = 4096;
        for (std::uint64_t at = 0; at < bytes.size(); at += kPage) {  // what is missing stays zero
            auto page = std::span(bytes).subspan(at, std::min<std::uint64_t>(kPage, bytes.size() - at));
            if (session.read(memory.address + at, page) != ReadOutcome::present)
                std::ranges::fill(page, std::uint8_t{0});
        }
        for (auto at = bytes.begin();; ++at) {
            at = std::search(at, bytes.end(), std::begin(kOwner), std::end(kOwner));
            if (at == bytes.end()) break;
            const auto place = static_cast<std::uint64_t>(at - bytes.begin());
            if (place < kBefore) continue;
            auto note = std::span(bytes).subspan(place - kBefore);
            auto id = build_id_of_notes(note.first(std::min<std::uint64_t>(note.size(), kLongest)));
            if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
        }
    }
    return ids;
}

DwarfLines* SourceLines::kernel_lines() {
    if (!kernel_tried_) {
        kernel_tried_ = true;
        const ElfFile* file = session_.kernel_file();
        auto bias = file ? session_.kernel_bias(*file) : std::nullopt;
        auto lines = bias ? DwarfLines::open(*file) : fail("");
        if (lines) {
            kernel_ = std::move(*lines);
            bias_ = *bias;
        }
    }
    return kernel_.get();
}

// A module's sections are loaded each at a place of its own. Where, the symbols that both the dump and the
// file know tell: those of one section agree.
SourceLines::ModuleLines& SourceLines::lines_of(const ModuleView& module) {
    auto [known, is_new] = modules_.try_emplace(module.address);
    ModuleLines& lines = known->second;
    if (!is_new || !session_.debug_files().anywhere()) return lines;
    auto ids = module_build_ids(session_, module);
    const ElfFile* file = ids.empty() ? nullptr : session_.debug_files().module(module.name, ids);
    auto opened = file ? DwarfLines::open(*file) : fail("");
    if (!opened) return lines;
    lines.lines = std::move(*opened);
    const SymbolTable& symbols = code_.symbols_of(module);
    for (const ElfFile::CodeSection& section : file->code_sections()) {
        std::map<std::uint64_t, std::size_t> votes;
        for (const auto& [name, offset] : section.functions)
            if (auto here = symbols.named(name); here.size() == 1) ++votes[here.front().address - offset];
        if (votes.empty()) continue;
        auto start =
            std::ranges::max_element(votes, {}, &std::pair<const std::uint64_t, std::size_t>::second);
        lines.sections.push_back({start->first, section.size, lines.lines->section_address(section.index)});
    }
    return lines;
}

SourceLines::Place SourceLines::place_of(std::uint64_t address) {
    for (const ModuleView& module : code_.modules().modules) {
        if (!std::ranges::any_of(module.memory,
                                 [&](const ModuleMemory& memory) { return memory.holds(address); }))
            continue;
        ModuleLines& lines = lines_of(module);
        for (const ModuleLines::Section& section : lines.sections)
            if (address >= section.start && address - section.start < section.size)
                return {lines.lines.get(), address - section.start + section.linked, false};
        return {};
    }
    DwarfLines* kernel = code_.is_text(address) ? kernel_lines() : nullptr;
    return kernel ? Place{kernel, address - bias_, true} : Place{};
}

std::vector<SourcePlace> SourceLines::at(std::uint64_t address) {
    const Place place = place_of(address);
    return place.lines ? place.lines->at(place.linked) : std::vector<SourcePlace>{};
}

const std::vector<FunctionLocals>& SourceLines::locals_at(std::uint64_t address) {
    auto [known, is_new] = locals_.try_emplace(address);
    if (!is_new) return known->second;
    const Place place = place_of(address);
    if (place.lines) known->second = DwarfLocals(place.lines->units()).at(place.linked);
    return known->second;
}

// The call may be a function's last instruction: what it returns to lies behind it.
const std::vector<CallArgument>& SourceLines::call_before(std::uint64_t back) {
    auto [known, is_new] = calls_.try_emplace(back);
    if (!is_new) return known->second;
    const Place place = place_of(back - 1);
    if (place.lines) known->second = DwarfLocals(place.lines->units()).call_before(place.linked + 1);
    return known->second;
}

// The kernel is loaded as a whole. Per-CPU variables are linked at low addresses, and are in every CPU's
// area.
std::optional<std::uint64_t> SourceLines::loaded(std::uint64_t code, std::uint64_t linked) {
    constexpr std::uint64_t kUpperHalf = std::uint64_t{1} << 63;
    if (linked < kUpperHalf || !place_of(code).in_kernel) return std::nullopt;
    return linked + bias_;
}

void SourceLines::add_to(Backtrace& trace) {
    for (std::size_t i = 0; i < trace.frames.size() && i < trace.stack.size(); ++i) {
        const StackFrame physical = trace.stack[i];
        auto inlined = explain(trace.frames[i], at(physical.exact ? physical.ip : physical.ip - 1));
        StackFrame beside = physical;
        beside.registers.reset();
        const auto where = static_cast<std::ptrdiff_t>(i);
        trace.stack.insert(trace.stack.begin() + where, inlined.size(), beside);
        trace.frames.insert(trace.frames.begin() + where, std::make_move_iterator(inlined.begin()),
                            std::make_move_iterator(inlined.end()));
        i += inlined.size();
    }
}

std::optional<std::uint64_t> SourceLines::address_of(const CodeRef& place) {
    if (place.symbol.empty() || !place.offset) return std::nullopt;
    std::optional<std::uint64_t> address;
    auto look_in = [&](const SymbolTable& symbols) {
        for (const Symbol& symbol : symbols.named(place.symbol)) {
            if (place.size && symbol.size && *place.size != symbol.size) continue;
            if (address) return false;  // two of that name and size: which, nothing tells
            address = symbol.address + *place.offset;
        }
        return true;
    };
    bool clear = true;
    if (place.module.empty()) {
        clear = look_in(session_.symbols());
    } else {
        for (const ModuleView& module : code_.modules().modules)
            if (module.name == place.module) clear = look_in(code_.symbols_of(module));
    }
    return clear ? address : std::nullopt;
}

void SourceLines::add_to(std::vector<Frame>& frames, const CodeRef& exact) {
    std::vector<Frame> all;
    for (Frame& frame : frames) {
        auto address = frame.file.empty() ? address_of(frame) : std::nullopt;
        const bool itself = frame.symbol == exact.symbol && frame.offset == exact.offset;
        auto inlined = address ? explain(frame, at(*address - (itself ? 0 : 1))) : std::vector<Frame>{};
        std::ranges::move(inlined, std::back_inserter(all));
        all.push_back(std::move(frame));
    }
    frames = std::move(all);
}

}  // namespace inquest
