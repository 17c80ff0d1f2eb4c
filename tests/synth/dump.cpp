#include "synth/dump.h"

#include <algorithm>
#include <libdeflate.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <zstd.h>

namespace inquest::synth {
namespace {

std::vector<std::uint8_t> zlib(const std::vector<std::uint8_t>& page) {
    std::vector<std::uint8_t> out(2 * kPage);
    auto* context = libdeflate_alloc_compressor(1);
    out.resize(libdeflate_zlib_compress(context, page.data(), page.size(), out.data(), out.size()));
    libdeflate_free_compressor(context);
    return out;
}

std::vector<std::uint8_t> lzo(const std::vector<std::uint8_t>& page) {
    std::vector<std::uint8_t> out(2 * kPage), work(LZO1X_1_MEM_COMPRESS);
    lzo_uint size = out.size();
    lzo1x_1_compress(page.data(), page.size(), out.data(), &size, work.data());
    out.resize(size);
    return out;
}

std::vector<std::uint8_t> snappy(const std::vector<std::uint8_t>& page) {
    std::vector<std::uint8_t> out(snappy_max_compressed_length(page.size()));
    std::size_t size = out.size();
    snappy_compress(reinterpret_cast<const char*>(page.data()), page.size(),
                    reinterpret_cast<char*>(out.data()), &size);
    out.resize(size);
    return out;
}

std::vector<std::uint8_t> zstd(const std::vector<std::uint8_t>& page) {
    std::vector<std::uint8_t> out(ZSTD_compressBound(page.size()));
    out.resize(ZSTD_compress(out.data(), out.size(), page.data(), page.size(), 1));
    return out;
}

struct Packed {
    std::uint32_t flag;
    std::vector<std::uint8_t> data;
};

// The flags of struct page_desc: 1 zlib, 2 lzo, 4 snappy, 0x20 zstd; a page that does not shrink stays as it
// is.
Packed pack(const std::vector<std::uint8_t>& page, Compression compression) {
    Packed packed{0, page};
    switch (compression) {
        case Compression::none:
            break;
        case Compression::zlib:
            packed = {1, zlib(page)};
            break;
        case Compression::lzo:
            packed = {2, lzo(page)};
            break;
        case Compression::snappy:
            packed = {4, snappy(page)};
            break;
        case Compression::zstd:
            packed = {0x20, zstd(page)};
    }
    return packed.data.size() < kPage ? packed : Packed{0, page};
}

// Both kinds of file have VMCOREINFO as a note among the others.
std::vector<std::uint8_t> all_notes(const Memory& memory) {
    Bytes notes;
    notes.append_bytes(memory.notes);
    if (!memory.vmcoreinfo.empty())
        notes.append_bytes(note(
            "VMCOREINFO", 0,
            {reinterpret_cast<const std::uint8_t*>(memory.vmcoreinfo.data()), memory.vmcoreinfo.size()}));
    return notes.data();
}

}  // namespace

void Memory::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
    for (std::uint8_t byte : bytes) {
        auto& page = pages[address / kPage];
        page.resize(kPage);
        page[address % kPage] = byte;
        frames = std::max(frames, address / kPage + 1);
        ++address;
    }
}

std::vector<std::uint8_t> note(std::string_view name, std::uint32_t type,
                               std::span<const std::uint8_t> description) {
    Bytes bytes;
    bytes.append(static_cast<std::uint32_t>(name.size() + 1));
    bytes.append(static_cast<std::uint32_t>(description.size()));
    bytes.append(type);
    bytes.append_text(name);
    bytes.append('\0');
    bytes.align(4);
    bytes.append_bytes(description);
    bytes.align(4);
    return bytes.data();
}

std::vector<std::uint8_t> qemu_cpu_note(std::uint64_t idt, std::uint64_t cr3, std::uint64_t cr4) {
    Bytes state;
    state.put(0, std::uint32_t{1});    // version
    state.put(4, std::uint32_t{440});  // size
    state.put(384, idt);               // base of the tenth segment
    state.put(416, cr3);
    state.put(424, cr4);
    state.put(432, std::uint64_t{0});  // kernel_gs_base
    return note("QEMU", 0, state.data());
}

std::vector<std::uint8_t> gzip(std::span<const std::uint8_t> bytes) {
    auto* context = libdeflate_alloc_compressor(1);
    std::vector<std::uint8_t> out(libdeflate_gzip_compress_bound(context, bytes.size()));
    out.resize(libdeflate_gzip_compress(context, bytes.data(), bytes.size(), out.data(), out.size()));
    libdeflate_free_compressor(context);
    return out;
}

std::vector<std::uint8_t> write_kdump(const Memory& memory, Compression compression,
                                      std::optional<Share> share) {
    const std::uint64_t bitmap_blocks = (memory.frames + 8 * kPage - 1) / (8 * kPage);
    Bytes file;
    // disk_dump_header
    file.put_text(0, "KDUMP   ");
    file.put(8, std::int32_t{6});                                  // header_version
    file.put_text(12, "Linux");                                    // utsname.sysname
    file.put_text(12 + 2 * 65, "6.1.0-synthetic");                 // utsname.release
    file.put_text(12 + 4 * 65, "x86_64");                          // utsname.machine
    file.put(428, static_cast<std::int32_t>(kPage));               // block_size
    file.put(432, std::int32_t{1});                                // sub_hdr_size, in blocks
    file.put(436, static_cast<std::uint32_t>(2 * bitmap_blocks));  // bitmap_blocks
    file.put(440, static_cast<std::uint32_t>(memory.frames));      // max_mapnr
    // kdump_sub_header
    const auto notes = all_notes(memory);
    const std::uint64_t notes_at = kPage + 128;
    file.put(kPage + 8, std::int32_t{31});                           // dump_level
    file.put(kPage + 48, notes_at);                                  // offset_note
    file.put(kPage + 56, static_cast<std::uint64_t>(notes.size()));  // size_note
    file.put(kPage + 96, memory.frames);                             // max_mapnr_64
    if (share) {
        file.put(kPage + 12, std::int32_t{1});  // split
        file.put(kPage + 80, share->first);     // start_pfn_64
        file.put(kPage + 88, share->end);       // end_pfn_64
    }
    file.put_bytes(notes_at, notes);
    // Notes that are long push the bitmaps back: sub_hdr_size counts their blocks too.
    const std::uint64_t sub_blocks = (file.size() - kPage + kPage - 1) / kPage;
    file.put(432, static_cast<std::int32_t>(sub_blocks));
    const std::uint64_t bitmaps = kPage * (1 + sub_blocks), second = bitmaps + bitmap_blocks * kPage,
                        descriptors = second + bitmap_blocks * kPage;
    file.put(descriptors - 1, std::uint8_t{0});
    auto set = [&](std::uint64_t bitmap, std::uint64_t frame) {
        auto& byte = file.data()[bitmap + frame / 8];
        byte = static_cast<std::uint8_t>(byte | 1 << frame % 8);
    };
    for (std::uint64_t frame : memory.filtered) set(bitmaps, frame);
    auto is_here = [&](std::uint64_t frame) {
        return !share || (frame >= share->first && frame < share->end);
    };
    const auto here = static_cast<std::uint64_t>(
        std::ranges::count_if(memory.pages, [&](const auto& page) { return is_here(page.first); }));
    std::uint64_t at = descriptors, data = descriptors + here * 24;
    for (const auto& [frame, page] : memory.pages) {
        set(bitmaps, frame);
        set(second, frame);
        if (!is_here(frame)) continue;
        auto packed = pack(page, compression);
        file.put(at, data);                                                // offset
        file.put(at + 8, static_cast<std::uint32_t>(packed.data.size()));  // size
        file.put(at + 12, packed.flag);                                    // flags
        file.put(at + 16, std::uint64_t{0});                               // page_flags
        file.put_bytes(data, packed.data);
        at += 24;
        data += packed.data.size();
    }
    return file.data();
}

std::uint64_t descriptors_of(const std::vector<std::uint8_t>& kdump) {
    std::int32_t sub_blocks = 0;
    std::uint32_t bitmap_blocks = 0;
    std::memcpy(&sub_blocks, &kdump[432], 4);
    std::memcpy(&bitmap_blocks, &kdump[436], 4);
    return kPage * (1 + static_cast<std::uint64_t>(sub_blocks) + bitmap_blocks);
}

std::vector<std::uint8_t> write_elf(const Memory& memory) {
    struct Run {
        std::uint64_t first, count;
        bool left_out;
    };
    std::vector<Run> runs;
    for (const auto& [frame, page] : memory.pages) {
        if (!runs.empty() && runs.back().first + runs.back().count == frame)
            ++runs.back().count;
        else
            runs.push_back({frame, 1, false});
    }
    for (std::uint64_t frame : memory.filtered) runs.push_back({frame, 1, true});
    Bytes file;
    file.put_text(0,
                  "\x7f"
                  "ELF\x02\x01\x01");
    file.put(16, std::uint16_t{4});   // e_type: core
    file.put(18, std::uint16_t{62});  // e_machine: x86-64
    file.put(20, std::uint32_t{1});
    file.put(32, std::uint64_t{64});                            // e_phoff
    file.put(52, std::uint16_t{64});                            // e_ehsize
    file.put(54, std::uint16_t{56});                            // e_phentsize
    file.put(56, static_cast<std::uint16_t>(runs.size() + 1));  // e_phnum
    const auto notes = all_notes(memory);
    std::uint64_t header = 64, data = 64 + 56 * (runs.size() + 1);
    auto program = [&](std::uint32_t type, std::uint64_t physical, std::uint64_t size,
                       bool left_out = false) {
        file.put(header, type);
        file.put(header + 8, data);                  // p_offset
        file.put(header + 24, physical);             // p_paddr
        file.put(header + 32, left_out ? 0 : size);  // p_filesz
        file.put(header + 40, size);                 // p_memsz
        header += 56;
        data += left_out ? 0 : size;
    };
    file.put(data - 1, std::uint8_t{0});
    program(4, 0, notes.size());
    for (const Run& run : runs) program(1, run.first * kPage, run.count * kPage, run.left_out);
    file.append_bytes(notes);
    for (const auto& [frame, page] : memory.pages) file.append_bytes(page);
    return file.data();
}

std::vector<std::uint8_t> flatten(const std::vector<std::uint8_t>& bytes, std::size_t piece) {
    auto big_endian = [](Bytes& out, std::uint64_t value) {
        for (int shift = 56; shift >= 0; shift -= 8) out.append(static_cast<std::uint8_t>(value >> shift));
    };
    Bytes out;
    out.put_text(0, "makedumpfile");
    out.put(23, std::uint8_t{1});  // type, big-endian
    out.put(31, std::uint8_t{1});  // version
    out.put(4095, std::uint8_t{0});
    auto record = [&](std::uint64_t offset, std::span<const std::uint8_t> data) {
        big_endian(out, offset);
        big_endian(out, data.size());
        out.append_bytes(data);
    };
    auto pieces = [&](std::size_t from) {
        for (std::size_t at = from; at < bytes.size(); at += 2 * piece) {
            auto data = std::span(bytes).subspan(at, std::min(piece, bytes.size() - at));
            bool last = at + data.size() == bytes.size();
            if (last || std::ranges::any_of(data, [](std::uint8_t byte) { return byte != 0; }))
                record(at, data);
        }
    };
    const std::vector<std::uint8_t> garbage(std::min(piece, bytes.size()), 0xa5);
    record(0, garbage);
    pieces(0);
    pieces(piece);
    big_endian(out, UINT64_MAX);  // end mark
    big_endian(out, UINT64_MAX);
    return out.data();
}

}  // namespace inquest::synth
