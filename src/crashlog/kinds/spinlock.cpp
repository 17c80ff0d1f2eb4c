// CONFIG_DEBUG_SPINLOCK: a spinlock or rwlock whose memory holds no sane lock, or that its owner takes again.
#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: spinlock ", "BUG: rwlock "};
constexpr std::string_view kComplaints[] = {
    "lockup suspected", "already unlocked", "cpu recursion", "recursion",
    "bad magic",        "wrong owner",      "wrong CPU",     "trylock failure on UP"};
constexpr std::string_view kLocking[] = {"spin_", "_lock", "_unlock", "rwlock_bug"};

bool opens(const Line& line, CrashEvent& event) {
    for (auto header : kTriggers) {
        auto scan = after_header(line, header);
        if (!scan) continue;
        for (auto complaint : kComplaints) {
            if (!scan->literal(complaint) || !scan->literal(" on CPU#")) continue;
            const auto cpu = scan->dec();
            if (!cpu) return false;
            open_event(line, event, Kind::lockdep);
            event.cpu = static_cast<int>(*cpu & 0xffff);
            if (scan->literal(", "))
                if (auto task = scan_task(scan->rest(), '/')) event.task = *task;
            add_fact(event, line, "report", std::string(trim(header)) + " " + std::string(complaint));
            return true;
        }
    }
    return false;
}

// " lock: 0xffff888009876540, .magic: 00000000, .owner: <none>/-1, .owner_cpu: 0"
bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (!text.starts_with("lock: ") || text.find(".magic:") == text.npos) return false;
    add_fact(event, line, "lock", text.substr(6));
    return true;
}

void finish(CrashEvent& event) {
    default_ip(event);
    blame_trace(event, event.trace, kLocking);
    event.title = title_in(event.fact("report"), event);
}

}  // namespace

extern const KindReader plugin_kinds_spinlock;
const KindReader plugin_kinds_spinlock{"spinlock", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest
