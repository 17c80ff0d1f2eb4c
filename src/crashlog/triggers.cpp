#include "crashlog/triggers.h"

#include <algorithm>
#include <hs.h>
#include <vector>

#include "crashlog/kind_reader.h"

namespace inquest {
namespace {

// What is left of reports that lost their first lines, what tells boots apart, and journal entries whose
// bytes are written as numbers, in which no trigger can be seen.
constexpr std::string_view kAlways[] = {"Call Trace", "Call trace",    "RIP: ",          "RIP  ",
                                        "EIP: ",      "PC is at",      "NIP: ",          "NIP [",
                                        "Krnl PSW",   "Backtrace:",    "Linux version ", "Kernel panic",
                                        "Oops",       "cut here ]",    "end trace ",     "end Kernel panic",
                                        "BUG: ",      "kernel BUG at", "pstate: ",       "epc : ",
                                        "sysrq: ",    "SysRq : ",      "\"MESSAGE\":[",  "\"MESSAGE\" : ["};

std::vector<std::string_view> literals() {
    std::vector<std::string_view> all(std::begin(kAlways), std::end(kAlways));
    for (const KindReader* reader : all_kind_readers()) {
        for (auto trigger : reader->triggers)
            if (!trigger.empty()) all.push_back(trigger);
    }
    std::ranges::sort(all);
    auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return all;
}

int stop_at_first(unsigned, unsigned long long, unsigned long long end, unsigned, void* found) {
    *static_cast<std::size_t*>(found) = end;
    return 1;
}

}  // namespace

struct TriggerScan::Matcher {
    hs_database_t* database = nullptr;
    hs_scratch_t* scratch = nullptr;

    ~Matcher() {
        hs_free_scratch(scratch);
        hs_free_database(database);
    }
};

TriggerScan::TriggerScan() {
    auto all = literals();
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    std::vector<unsigned> flags(all.size(), 0);
    std::vector<unsigned> ids(all.size(), 0);
    for (auto literal : all) {
        texts.push_back(literal.data());
        lengths.push_back(literal.size());
    }
    auto matcher = std::make_unique<Matcher>();
    hs_compile_error_t* error = nullptr;
    auto status = hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                                       static_cast<unsigned>(all.size()), HS_MODE_BLOCK, nullptr,
                                       &matcher->database, &error);
    hs_free_compile_error(error);
    if (status != HS_SUCCESS || hs_alloc_scratch(matcher->database, &matcher->scratch) != HS_SUCCESS) return;
    matcher_ = std::move(matcher);
}

TriggerScan::~TriggerScan() = default;

std::size_t TriggerScan::find(std::string_view text) const {
    std::size_t end = text.npos;
    hs_scan(matcher_->database, text.data(), static_cast<unsigned>(text.size()), 0, matcher_->scratch,
            stop_at_first, &end);
    return end;
}

}  // namespace inquest
