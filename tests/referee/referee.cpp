// What DWARF says of the memory operands of drawn kernel functions: the judge of `dis -t`, which has no
// DWARF.
//
// usage: dwarf_referee VMLINUX [--count N] [--seed S] [--function NAME]...
//        dwarf_referee VMLINUX --paths      lines "TYPE<tab>PATH" on stdin: what each path passes
//
// Prints one JSON line for each drawn function, in the order of the drawing; score.py reads them. The
// drawing: all functions of .text that DWARF knows from C, clones included, sorted by address; SplitMix64
// started with the seed; the i-th drawn is swapped to place i from place i + next() % (rest). A function's
// ranges that lie elsewhere (.cold) are drawn with it. The first N of one seed are the same for any N.
#include <cstdint>
#include <cstdio>
#include <dwarf.h>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "judgement.h"
#include "types.h"

namespace {

using namespace referee;

struct Options {
    std::string file;
    std::uint64_t count = 2000, seed = 6;
    std::set<std::string> functions;
    bool paths = false;
};

std::optional<Options> options_of(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        std::string word = words[i];
        const bool has_value = word == "--count" || word == "--seed" || word == "--function";
        if (has_value && i + 1 == count) return std::nullopt;
        if (word == "--count")
            options.count = std::strtoull(words[++i], nullptr, 10);
        else if (word == "--seed")
            options.seed = std::strtoull(words[++i], nullptr, 10);
        else if (word == "--function")
            options.functions.insert(words[++i]);
        else if (word == "--paths")
            options.paths = true;
        else if (word.starts_with('-') || !options.file.empty())
            return std::nullopt;
        else
            options.file = word;
    }
    if (options.file.empty()) return std::nullopt;
    return options;
}

class SplitMix64 {
  public:
    explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

  private:
    std::uint64_t state_;
};

void draw(std::vector<Function>& functions, std::uint64_t count, std::uint64_t seed) {
    SplitMix64 random(seed);
    count = std::min<std::uint64_t>(count, functions.size());
    for (std::size_t i = 0; i < count; ++i)
        std::swap(functions[i], functions[i + random.next() % (functions.size() - i)]);
    functions.resize(count);
}

int judge(const KernelFile& kernel, const Options& options) {
    auto machine = Machine::of(kernel.machine());
    if (!machine) {
        fmt::print(stderr, "dwarf_referee: the architecture of {} is not supported\n", options.file);
        return 1;
    }
    auto functions = kernel.functions();
    fmt::print(stderr, "dwarf_referee: {} functions\n", functions.size());
    if (options.functions.empty()) {
        draw(functions, options.count, options.seed);
    } else {
        std::erase_if(functions, [&](const Function& function) {
            return !options.functions.contains(std::string(kernel.symbol_at(function.ranges.front().start)));
        });
    }
    for (const Function& function : functions) fmt::print("{}\n", judgement_json(kernel, *machine, function));
    return 0;
}

// Several structures may share a name (each file has its own): each that has the path gets a line.
int print_paths(const KernelFile& kernel) {
    std::map<std::string, std::set<std::string>> asked;
    for (std::string line; std::getline(std::cin, line);)
        if (auto tab = line.find('\t'); tab != line.npos)
            asked[line.substr(0, tab)].insert(line.substr(tab + 1));
    std::set<std::string> answers;
    kernel.each_top_level([&](Dwarf_Die& die) {
        int tag = dwarf_tag(&die);
        if (tag != DW_TAG_structure_type && tag != DW_TAG_union_type && tag != DW_TAG_typedef) return;
        std::string name = name_of_type(die);
        auto wanted = asked.find(name);
        if (wanted == asked.end()) return;
        Dwarf_Die structure = die;
        if (tag == DW_TAG_typedef) {
            auto type = bare_type(die);
            if (!type) return;
            structure = *type;
        }
        for (const std::string& path : wanted->second) {
            auto passed = passed_by(structure, path);
            if (passed.empty()) continue;
            std::string answer = name + "\t" + path;
            for (const Passed& one : passed) answer += fmt::format("\t{}@{}", one.type, one.offset);
            answers.insert(answer + "\n");
        }
    });
    for (const std::string& answer : answers) fmt::print("{}", answer);
    return 0;
}

}  // namespace

int main(int count, char** words) {
    auto options = options_of(count, words);
    if (!options) {
        fmt::print(stderr,
                   "usage: dwarf_referee VMLINUX [--count N] [--seed S] [--function NAME]... | --paths\n");
        return 2;
    }
    auto kernel = KernelFile::open(options->file.c_str());
    if (!kernel) {
        fmt::print(stderr, "dwarf_referee: {}\n", kernel.error());
        return 1;
    }
    return options->paths ? print_paths(**kernel) : judge(**kernel, *options);
}
