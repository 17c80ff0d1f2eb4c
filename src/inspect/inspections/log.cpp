#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/clock.h"
#include "kernel/subsystems/printk.h"

namespace inquest {
namespace {

// include/linux/kern_levels.h; syslog(3).
constexpr std::string_view kLevels[] = {"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};
constexpr std::string_view kFacilities[] = {"kern",   "user",   "mail",   "daemon", "auth",     "syslog",
                                            "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                            "res0",   "res1",   "res2",   "res3",   "local0",   "local1",
                                            "local2", "local3", "local4", "local5", "local6",   "local7"};

std::string facility_name(unsigned facility) {
    return facility < std::size(kFacilities) ? std::string(kFacilities[facility]) : std::to_string(facility);
}

// As dmesg -T has it, but in UTC: the dump does not tell where on earth the machine stood.
std::string wall_clock(std::int64_t nanoseconds) {
    return fmt::format("{:%a %b %e %H:%M:%S %Y}",
                       fmt::gmtime(static_cast<std::time_t>(nanoseconds / 1000000000)));
}

struct Style {
    bool wall = false, plain = false, decoded = false, level = false, caller = false;
    std::int64_t boot = 0;

    [[nodiscard]] std::string prefix(const LogRecord& record) const {
        std::string text;
        if (decoded)
            text += fmt::format("{:<6}:{:<6}: ", facility_name(record.facility), kLevels[record.level & 7]);
        if (level) text += fmt::format("<{:x}>", record.level);
        if (wall) {
            text += "[" + wall_clock(boot + static_cast<std::int64_t>(record.nanoseconds)) + "] ";
        } else if (!plain) {
            text += log_timestamp(record.nanoseconds);
        }
        if (caller && record.caller) {
            constexpr std::uint32_t kCpu = std::uint32_t{1} << 31;
            text += fmt::format("[{:>6}] ",
                                (*record.caller & kCpu ? "C" : "T") + std::to_string(*record.caller & ~kCpu));
        }
        return text;
    }
};

Json record_json(const LogRecord& record, bool has_time, std::int64_t boot) {
    Json json;
    json.set("timestamp", fmt::format("{}.{:06}", record.nanoseconds / 1000000000,
                                      record.nanoseconds % 1000000000 / 1000));
    if (has_time) json.set("time", wall_clock(boot + static_cast<std::int64_t>(record.nanoseconds)) + " UTC");
    json.set("facility", facility_name(record.facility));
    json.set("level", kLevels[record.level & 7]);
    json.set("text", record.text);
    return json;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("log", "Ttxmc", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("log takes options only");
    auto log = read_kernel_log(workspace.session());
    if (!log) return cannot_tell(log.error().message());
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = std::move(log->problems)};
    Style style{options->has('T'), options->has('t'), options->has('x'), options->has('m'),
                options->has('c')};
    if (style.wall) {
        auto boot = wall_clock_of_boot(workspace.session());
        if (!boot)
            return cannot_tell("the time of day of the log's lines cannot be known: " +
                               boot.error().message());
        style.boot = *boot;
    }
    Json::Array lines, records;
    for (std::string_view line : split_lines(log->text)) lines.emplace_back(line);
    for (const LogRecord& record : log->records)
        records.push_back(record_json(record, style.wall, style.boot));
    answer.json.set("lines", std::move(lines));
    answer.json.set("records", std::move(records));
    const bool as_it_is = !style.wall && !style.plain && !style.decoded && !style.level && !style.caller;
    if (!as_it_is && log->records.empty() && !log->text.empty())
        return cannot_tell("this kernel's log buffer holds characters only: no levels, no times");
    if (as_it_is) answer.text = std::move(log->text);
    if (!as_it_is)
        for (const LogRecord& record : log->records)
            append_log_lines(answer.text, style.prefix(record), record.text);
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_log;
const Inspection plugin_inspections_log{
    "log", "[-T | -t] [-x] [-m] [-c]", "the kernel's log out of its ring buffer",
    "Without options byte for byte what makedumpfile --dump-dmesg writes: bytes that do not print\n"
    "stand as \\xNN.\n"
    "  -T  the time of day (UTC) in place of the seconds since boot. The log's clock is not the\n"
    "      wall clock: it stands still in suspend, and a clock that was set later shifts it.\n"
    "  -t  no time stamps      -x  facility and level decoded, as dmesg -x has them\n"
    "  -m  the level as <6>    -c  the thread (T) or CPU (C) that printed",
    run};

}  // namespace inquest
