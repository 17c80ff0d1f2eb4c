// How fast the pages of dumps are read in order, beside what their codec alone does with the same pages.
// usage: bench_pages DUMP...
#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <libdeflate.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include <zstd.h>

#include "dump/codec.h"
#include "dump/memory.h"

namespace {

using namespace inquest;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMostPages = 100'000;  // 400 MB
constexpr int kRounds = 5;

// The pages that both ways of reading are timed over: without those that are zero, which a dump holds once.
std::vector<std::uint64_t> pages_of(const Dump& dump) {
    std::vector<std::uint64_t> present;
    Bytes page(dump.facts().page_size);
    for (std::uint64_t pfn = 0; pfn < dump.facts().page_count && present.size() < kMostPages; ++pfn)
        if (dump.read_page(pfn, page) == ReadOutcome::present &&
            std::ranges::any_of(page, [](auto byte) { return byte != 0; }))
            present.push_back(pfn);
    return present;
}

Codec codec_named_in(const Dump& dump, std::string_view path) {
    // A header does not tell the codec; the lab's files are named by it.
    if (!dump.facts().format.starts_with("kdump")) return Codec::none;
    if (path.ends_with("zlib")) return Codec::zlib;
    if (path.ends_with("zstd")) return Codec::zstd;
    if (path.ends_with("snappy")) return Codec::snappy;
    return Codec::lzo;
}

// As makedumpfile compresses a page; as it is where that does not help.
Bytes compressed(Codec codec, const Bytes& page, bool& plain) {
    Bytes out(2 * page.size() + 64);
    std::size_t size = 0;
    switch (codec) {
        case Codec::lzo: {
            static Bytes work(LZO1X_1_MEM_COMPRESS);
            lzo_uint length = 0;
            lzo1x_1_compress(page.data(), page.size(), out.data(), &length, work.data());
            size = length;
            break;
        }
        case Codec::zlib: {
            static libdeflate_compressor* compressor = libdeflate_alloc_compressor(1);
            size = libdeflate_zlib_compress(compressor, page.data(), page.size(), out.data(), out.size());
            break;
        }
        case Codec::snappy:
            size = out.size();
            snappy_compress(reinterpret_cast<const char*>(page.data()), page.size(),
                            reinterpret_cast<char*>(out.data()), &size);
            break;
        case Codec::zstd:
            size = ZSTD_compress(out.data(), out.size(), page.data(), page.size(), 1);
            break;
        case Codec::none:
            break;
    }
    plain = size == 0 || size >= page.size();
    if (plain) return page;
    out.resize(size);
    return out;
}

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The least processor time of some rounds: other work on the machine does not count.
template <typename Work>
double least_seconds(Work work) {
    double least = 1e9;
    for (int round = 0; round < kRounds; ++round) {
        const double start = processor_seconds();
        work();
        least = std::min(least, processor_seconds() - start);
    }
    return least;
}

// Two threads that share one dump, each with half of the pages: the busier one's processor time.
double of_two(const Dump& dump, const std::vector<std::uint64_t>& present) {
    double least = 1e9;
    for (int round = 0; round < kRounds; ++round) {
        double seconds[2] = {};
        auto work = [&](std::size_t which) {
            Bytes page(dump.facts().page_size);
            const double start = processor_seconds();
            for (std::size_t i = which; i < present.size(); i += 2) dump.read_page(present[i], page);
            seconds[which] = processor_seconds() - start;
        };
        std::thread other(work, 1);
        work(0);
        other.join();
        least = std::min(least, std::max(seconds[0], seconds[1]));
    }
    return least;
}

void measure(const char* path) {
    const std::string file(path);
    auto dump = open_dump({&file, 1}, tell_nobody);
    if (!dump) {
        fmt::print("{}: {}\n", path, dump.error().message());
        return;
    }
    const auto present = pages_of(**dump);
    const Codec codec = codec_named_in(**dump, path);
    Bytes page((*dump)->facts().page_size);
    struct Packed {
        std::size_t offset, size;
        bool plain;
    };
    std::vector<Packed> packed;
    Bytes all;  // in order, as in a file
    for (auto pfn : present) {
        (*dump)->read_page(pfn, page);
        bool plain = false;
        auto data = compressed(codec, page, plain);
        packed.push_back({all.size(), data.size(), plain});
        all.insert(all.end(), data.begin(), data.end());
    }
    const double reading = least_seconds([&] {
        for (auto pfn : present) (*dump)->read_page(pfn, page);
    });
    const double limit = least_seconds([&] {
        for (const Packed& each : packed)
            decompress(each.plain ? Codec::none : codec, std::span(all).subspan(each.offset, each.size),
                       page);
    });
    const double halves = of_two(**dump, present);
    const double megabytes = static_cast<double>(present.size() * page.size()) * 1e-6;
    const std::string_view name(path);
    fmt::print("| {:40} | {:>7} | {:>6.0f} MB/s | {:>6.0f} MB/s | {:>5.2f} | {:>11.2f} |\n",
               name.substr(name.size() - std::min<std::size_t>(name.size(), 40)), present.size(),
               megabytes / reading, megabytes / limit, reading / limit, reading / halves);
}

}  // namespace

int main(int argc, char** argv) {
    fmt::print("| {:40} | {:>7} | {:>11} | {:>11} | {:>5} | {:>11} |\n", "dump", "pages", "reading",
               "codec alone", "ratio", "two threads");
    for (int i = 1; i < argc; ++i) measure(argv[i]);
}
