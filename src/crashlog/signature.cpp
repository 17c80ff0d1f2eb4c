#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"
#include "crashlog/guilty.h"

namespace inquest {
namespace {

constexpr std::size_t kDepth = 3;

// FNV-1a: what is signed is no secret, it only has to be the same on every machine.
std::string digest(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
    return hex16(hash).substr(2);
}

// A CPU that loops is found in another function each time; only the culprit stays the same.
bool is_sample(Kind kind) {
    return kind == Kind::soft_lockup || kind == Kind::hard_lockup || kind == Kind::rcu_stall ||
           kind == Kind::hung_task;
}

class Functions {
  public:
    void add(std::string_view symbol) {
        if (symbol.empty() || full()) return;
        std::string name = bare_function(symbol);
        if (is_plumbing(name) || std::ranges::find(names_, name) != names_.end()) return;
        names_.push_back(std::move(name));
    }
    [[nodiscard]] bool full() const { return names_.size() == kDepth; }
    [[nodiscard]] bool empty() const { return names_.empty(); }
    void write_to(std::string& out) const {
        for (const auto& name : names_) out.append("|").append(name);
    }

  private:
    std::vector<std::string> names_;
};

std::string sign(const CrashEvent& event, bool with_unreliable) {
    Functions functions;
    functions.add(event.guilty.function);
    if (functions.empty() || !is_sample(event.kind)) {
        functions.add(event.ip.symbol);
        for (const Frame& frame : event.trace) {
            if (functions.full()) break;
            if (!is_inlined(frame) && (frame.reliable || with_unreliable)) functions.add(frame.symbol);
        }
    }
    std::string text(name_of(event.kind));
    if (functions.empty()) {
        text.append("|").append(event.title);
    } else {
        functions.write_to(text);
    }
    return digest(text);
}

}  // namespace

void sign(CrashEvent& event) {
    event.signature = sign(event, false);
    event.signature_loose = sign(event, true);
}

}  // namespace inquest
