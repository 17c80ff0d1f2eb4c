#include "crashlog/task_line.h"

#include "base/scanner.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostCpus = 1U << 20;

std::optional<int> small(std::optional<std::uint64_t> value, std::uint64_t limit) {
    if (!value || *value > limit) return std::nullopt;
    return static_cast<int>(*value);
}

bool is_flags_word(std::string_view word) {
    for (char c : word)
        if (!is_upper(c)) return false;
    return true;
}

// What follows the task: "Kdump: loaded Tainted: G OE ------------ T 3.10.0-1127.el7.x86_64 #1", also within
// parentheses on ppc and old arm.
void read_kernel(Scanner scanner, Kernel& kernel, std::string* hardware = nullptr) {
    Kernel read;
    scanner.spaces();
    if (scanner.literal("Kdump: loaded")) scanner.spaces();
    if (scanner.literal("Not tainted")) {
        read.taint.known = true;
    } else if (scanner.literal("Tainted:")) {
        // "Tainted: [W]=WARN" explains the letters of the line before.
        read.taint.known = scanner.rest().find("]=") == std::string_view::npos;
        Scanner ahead = scanner;
        for (auto word = ahead.spaces().word(); !word.empty(); word = ahead.spaces().word()) {
            if (word.front() == '-') {
                // RHEL fills unused places with dashes
            } else if (is_flags_word(word)) {
                read.taint.flags += word;
            } else {
                break;
            }
            scanner = ahead;
        }
    } else {
        return;
    }
    scanner.spaces().literal("(");
    auto release = scanner.spaces().word();
    if (!release.empty() && is_digit(release.front())) {
        bool closed = release.ends_with(')');
        if (closed) release.remove_suffix(1);
        read.release = release;
        auto version = scanner.spaces().peek() == '#' ? scanner.word() : std::string_view();
        if (version.ends_with(')')) version.remove_suffix(1);
        read.version = version;
        if (hardware && hardware->empty() && !closed) *hardware = trim(scanner.rest());
    }
    if (!kernel.taint.known) kernel.taint = read.taint;
    if (kernel.release.empty()) {
        kernel.release = std::move(read.release);
        kernel.version = std::move(read.version);
    }
}

// Names of tasks hold blanks ("Isolated Web Co"): they end where the taint begins.
std::string_view scan_comm(Scanner& scanner) {
    static constexpr std::string_view kEnds[] = {" Kdump: loaded", " Not tainted", " Tainted:"};
    auto end = std::string_view::npos;
    for (auto stop : kEnds) {
        auto at = scanner.rest().find(stop);
        if (at < end) end = at;
    }
    auto comm = trim(scanner.rest().substr(0, end));
    scanner.skip(end == std::string_view::npos ? scanner.rest().size() : end);
    return comm;
}

void set_task(CrashEvent& event, std::optional<int> pid, std::string_view comm) {
    if (!event.task.pid) event.task.pid = pid;
    if (event.task.comm.empty() && event.task.pid == pid) event.task.comm = comm;
}

// "CPU: 0 UID: 0 PID: 1 Comm: x ...", "CPU: 0    Not tainted  (2.6.33 #1)", "CPU: 2".
bool take_modern(Scanner scanner, CrashEvent& event) {
    auto cpu = small(scanner.spaces().dec(), kMostCpus);
    if (!cpu) return false;
    if (!event.cpu) event.cpu = cpu;
    if (scanner.spaces().literal("UID:")) scanner.spaces().dec();
    if (scanner.spaces().literal("PID:")) {
        auto pid = small(scanner.spaces().dec(), INT32_MAX);
        if (scanner.spaces().literal("Comm:")) set_task(event, pid, scan_comm(scanner.spaces()));
    }
    read_kernel(scanner, event.kernel);
    return true;
}

// "Pid: 21908, comm: x Tainted: G W  ---------------    2.6.32-504.el6.x86_64 #1 HP ProLiant DL380".
bool take_old(Scanner scanner, CrashEvent& event) {
    auto pid = small(scanner.spaces().dec(), INT32_MAX);
    if (!pid || !scanner.literal(",") || !scanner.spaces().literal("comm:")) return false;
    set_task(event, pid, scan_comm(scanner.spaces()));
    read_kernel(scanner, event.kernel, &event.hardware);
    return true;
}

// "Process Isolated Web Co (pid: 29060, stack limit = 0x...)".
bool take_process(Scanner scanner, CrashEvent& event) {
    auto comm = scanner.until(" (pid: ");
    if (!comm) return false;
    auto pid = small(scanner.spaces().dec(), INT32_MAX);
    if (!pid) return false;
    set_task(event, pid, trim(*comm));
    return true;
}

// ppc: "TASK = c1c2b9a0[40] 'kswapd0' THREAD: c1c54000 CPU: 1".
bool take_powerpc(Scanner scanner, CrashEvent& event) {
    if (!scanner.until("[")) return false;
    auto pid = small(scanner.dec(), INT32_MAX);
    auto comm = between(scanner.rest(), "'", "'");
    if (!pid || !comm) return false;
    set_task(event, pid, *comm);
    if (scanner.until("CPU: ")) {
        auto cpu = small(scanner.dec(), kMostCpus);
        if (!event.cpu) event.cpu = cpu;
    }
    return true;
}

// Transcripts: "PID: 9377   TASK: ffff881c65ee5e20  CPU: 29  COMMAND: "nginx"", or each on a line of its own.
bool take_transcript(Scanner scanner, CrashEvent& event) {
    auto pid = small(scanner.spaces().dec(), INT32_MAX);
    if (!pid) return false;
    auto comm = between(scanner.rest(), "COMMAND: \"", "\"");
    set_task(event, pid, comm.value_or(std::string_view()));
    if (scanner.until("CPU: ")) {
        auto cpu = small(scanner.dec(), kMostCpus);
        if (!event.cpu) event.cpu = cpu;
    }
    return true;
}

// "6.0.0+ #39 Not tainted" of lockdep.
bool take_lockdep(Scanner scanner, CrashEvent& event) {
    Kernel kernel;
    kernel.release = scanner.word();
    if (scanner.spaces().peek() != '#') return false;
    kernel.version = scanner.word();
    auto rest = scanner.spaces().rest();
    if (!rest.starts_with("Not tainted") && !rest.starts_with("Tainted: ")) return false;
    read_kernel(scanner, kernel);
    if (!event.kernel.taint.known) event.kernel.taint = kernel.taint;
    if (event.kernel.release.empty()) {
        event.kernel.release = std::move(kernel.release);
        event.kernel.version = std::move(kernel.version);
    }
    return true;
}

}  // namespace

bool take_release(std::string_view text, CrashEvent& event) {
    Scanner scanner(text);
    auto release = scanner.word();
    if (release.find('.') == release.npos || scanner.spaces().peek() != '#') return false;
    event.kernel.release = release;
    event.kernel.version = scanner.word();
    return true;
}

bool take_task_line(std::string_view text, CrashEvent& event) {
    Scanner scanner(trim_left(text));
    switch (scanner.peek()) {
        case 'C':
            if (scanner.literal("CPU:")) return take_modern(scanner, event);
            if (scanner.literal("COMMAND: \"")) {
                if (event.task.comm.empty())
                    event.task.comm = scanner.until("\"").value_or(std::string_view());
                return true;
            }
            if (!scanner.literal("CPU ")) return false;
            if (auto cpu = small(scanner.dec(), kMostCpus); cpu && scanner.spaces().done()) {
                if (!event.cpu) event.cpu = cpu;
                return true;
            }
            return false;
        case 'P':
            if (scanner.literal("Pid:")) return take_old(scanner, event);
            if (scanner.literal("PID: ")) return take_transcript(scanner, event);
            return scanner.literal("Process ") && take_process(scanner, event);
        case 'p':  // xmon: "pid   = 812, comm = wombat"
            if (scanner.literal("pid ") && scanner.spaces().literal("= ")) {
                auto pid = small(scanner.dec(), INT32_MAX);
                if (!pid || !scanner.literal(", comm = ")) return false;
                set_task(event, pid, trim(scanner.rest()));
                return true;
            }
            return false;
        case 'R':  // "REGS: c1c55640 TRAP: 0500   Not tainted  (6.8.9)": its registers are not ours
            if (scanner.literal("REGS: ") && scanner.until("TRAP: ")) {
                scanner.word();
                read_kernel(scanner, event.kernel);
            }
            return false;
        case 'T':
            if (scanner.literal("TASK = ")) return take_powerpc(scanner, event);
            if (scanner.rest().starts_with("Tainted: ")) read_kernel(scanner, event.kernel);
            return false;
        case 'N':
            if (scanner.rest().starts_with("Not tainted")) read_kernel(scanner, event.kernel);
            return false;
        default:
            return is_digit(scanner.peek()) && take_lockdep(scanner, event);
    }
}

}  // namespace inquest
