#include "crashlog/modules_line.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/scanner.h"

namespace inquest {
namespace {

constexpr std::size_t kMostModules = 4096;

constexpr bool is_name_char(char c) { return is_alnum(c) || c == '_' || c == '-'; }
constexpr bool is_flag_char(char c) { return is_upper(c) || c == '+' || c == '-'; }

bool scan_module(Scanner& scanner, Module& module) {
    Scanner ahead = scanner;
    auto name = ahead.take_while(is_name_char);
    if (name.empty() || name.front() == '-') return false;
    module.name = name;
    if (ahead.literal("(")) {
        module.flags = ahead.take_while(is_flag_char);
        if (!ahead.literal(")")) return false;
    }
    if (!ahead.done() && !is_space(ahead.peek()) && ahead.peek() != '[' && ahead.peek() != ',') return false;
    ahead.literal(",");
    scanner = ahead;
    return true;
}

// "[last unloaded: d]", with flags and a dot in some kernels.
bool scan_last_unloaded(Scanner& scanner, std::string& name) {
    if (!scanner.literal("[last unloaded:")) return false;
    name = scanner.spaces().take_while(is_name_char);
    scanner.until("]");
    return true;
}

bool take_list(Scanner scanner, CrashEvent& event) {
    std::vector<Module> modules;
    std::string unloaded;
    while (!scanner.spaces().done()) {
        if (scan_last_unloaded(scanner, unloaded)) break;
        Module module;
        if (!scan_module(scanner, module)) return false;
        modules.push_back(std::move(module));
        if (modules.size() + event.modules.size() >= kMostModules) break;
    }
    std::ranges::move(modules, std::back_inserter(event.modules));
    if (!unloaded.empty()) event.last_unloaded = std::move(unloaded);
    return true;
}

}  // namespace

bool take_modules_line(std::string_view text, CrashEvent& event) {
    Scanner scanner(trim_left(text));
    if (!scanner.literal("Modules linked in:")) return false;
    // A damaged list is still a list: its whole names are kept, one after another.
    if (take_list(scanner, event)) return true;
    while (!scanner.spaces().done() && event.modules.size() < kMostModules) {
        Module module;
        std::string unloaded;
        if (scan_last_unloaded(scanner, unloaded)) {
            event.last_unloaded = std::move(unloaded);
        } else if (scan_module(scanner, module)) {
            event.modules.push_back(std::move(module));
        } else {
            scanner.word();
        }
    }
    return true;
}

bool take_more_modules(std::string_view text, CrashEvent& event) {
    text = trim(text);
    return !text.empty() && (is_lower(text.front()) || is_digit(text.front()) || text.front() == '[') &&
           text != "kernel" && take_list(Scanner(text), event);
}

}  // namespace inquest
