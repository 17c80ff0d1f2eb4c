#include "report/identifiers.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace inquest {
namespace {

bool is_word(char c) { return is_alnum(c) || c == '_'; }
bool is_hex_lower(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

char at_or_end(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

template <typename Predicate>
std::size_t run(std::string_view text, std::size_t at, Predicate belongs) {
    std::size_t end = at;
    while (end < text.size() && belongs(text[end])) ++end;
    return end - at;
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view ending) { return text.ends_with(ending); });
}

// 8-4-4-4-12 hexadecimal digits; systemd writes '_' for '-'.
std::size_t uuid(std::string_view text) {
    static constexpr std::array<std::size_t, 5> kGroups{8, 4, 4, 4, 12};
    std::size_t at = 0;
    for (std::size_t group : kGroups) {
        if (at && at_or_end(text, at) != '-' && at_or_end(text, at) != '_') return 0;
        if (at) ++at;
        if (run(text, at, is_hex) != group) return 0;
        at += group;
    }
    return at;
}

// Six pairs of digits or more: firewalls log two addresses and a protocol in one go.
std::size_t mac(std::string_view text) {
    std::size_t pairs = 0, at = 0;
    char separator = at_or_end(text, 2);
    if (separator != ':' && separator != '-') return 0;
    while (run(text, at, is_hex) == 2) {
        ++pairs;
        if (at_or_end(text, at + 2) != separator || !is_hex(at_or_end(text, at + 3))) break;
        at += 3;
    }
    return pairs >= 6 && !is_word(at_or_end(text, at + 2)) && at_or_end(text, at + 2) != separator ? at + 2
                                                                                                   : 0;
}

std::size_t ipv4(std::string_view before, std::string_view text) {
    std::size_t at = 0;
    for (int part = 0; part < 4; ++part) {
        std::size_t digits = run(text, at, is_digit);
        if (digits < 1 || digits > 3 || parse_dec(text.substr(at, digits)).value_or(256) > 255) return 0;
        at += digits;
        if (part < 3 && at_or_end(text, at++) != '.') return 0;
    }
    char next = at_or_end(text, at);
    if (is_word(next) || (next == '.' && is_digit(at_or_end(text, at + 1)))) return 0;
    // The machine itself and nobody; and what is a version, not an address.
    if (text.starts_with("127.") || text.starts_with("0.")) return 0;
    if (ends_with_any(before, {"BIOS ", "version ", "Version ", "Linux ", "ver ", "rev ", "firmware "}))
        return 0;
    return at;
}

std::size_t ipv6(std::string_view text) {
    std::size_t groups = 0, at = 0;
    bool gap = false;
    for (;;) {
        std::size_t digits = run(text, at, is_hex);
        if (digits > 4) return 0;
        if (digits) ++groups;
        at += digits;
        if (at_or_end(text, at) != ':') break;
        if (at_or_end(text, at + 1) == ':') {
            if (gap) return 0;
            gap = true;
            at += 2;
            if (!is_hex(at_or_end(text, at))) break;
            continue;
        }
        if (!digits || !is_hex(at_or_end(text, at + 1))) break;
        ++at;
    }
    if (is_word(at_or_end(text, at))) return 0;
    return gap ? (groups >= 2 && groups < 8 ? at : 0) : (groups == 8 ? at : 0);
}

std::size_t mail(std::string_view text) {
    auto local = [](char c) {
        return is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '-' || c == '%';
    };
    auto domain = [](char c) { return is_alnum(c) || c == '.' || c == '-'; };
    std::size_t at = run(text, 0, local);
    if (!at || at_or_end(text, at) != '@') return 0;
    std::string_view host = text.substr(at + 1, run(text, at + 1, domain));
    while (!host.empty() && (host.back() == '.' || host.back() == '-')) host.remove_suffix(1);
    auto dot = host.rfind('.');
    if (dot == host.npos || dot == 0 || host.size() - dot < 3) return 0;
    // "getty@tty1.service" is a unit of systemd.
    if (ends_with_any(host,
                      {".service", ".slice", ".scope", ".mount", ".socket", ".timer", ".target", ".device"}))
        return 0;
    return at + 1 + host.size();
}

// A memory cgroup's id in the name of a slab cache: "kmalloc-256(15:" 94ef86...
bool after_cgroup_number(std::string_view before) {
    if (!before.ends_with(':')) return false;
    before.remove_suffix(1);
    std::size_t digits = 0;
    while (!before.empty() && is_digit(before.back())) before.remove_suffix(1), ++digits;
    return digits && before.ends_with('(');
}

std::size_t container(std::string_view before, std::string_view text) {
    std::size_t length = run(text, 0, is_hex_lower);
    if (is_word(at_or_end(text, length))) return 0;
    if (length == 64) return length;
    if (after_cgroup_number(before)) {
        bool cut = text.substr(length).starts_with("...");
        return length >= 12 || (cut && length >= 4) ? length : 0;
    }
    bool named =
        ends_with_any(before, {"docker-", "docker/", "containerd-", "containerd:", "containerd/", "crio-",
                               "crio/", "libpod-", "podman-", "lxc/", "/br-", " br-", "buildkit/"});
    return named && length >= 12 ? length : 0;
}

std::size_t serial(std::string_view before, std::string_view text) {
    std::size_t length = run(text, 0, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
    if (ends_with_any(before, {"naa.", "eui.", "wwn-0x"}) && length >= 8) return length;
    std::string_view label = trim_right(before);
    bool separated = label.size() < before.size();
    while (label.ends_with(':') || label.ends_with('=') || label.ends_with('#')) {
        label.remove_suffix(1);
        separated = true;
    }
    std::string lower =
        to_lower(trim_right(label.substr(label.size() - std::min<std::size_t>(label.size(), 16))));
    bool labelled =
        separated && ends_with_any(lower, {"serial number", "serialnumber", "serial no", "serial no.",
                                           "serial", "serial_number", " s/n", "asset tag"});
    bool numbered = std::ranges::any_of(text.substr(0, length), is_digit);
    // "Serial: 8250/16550 driver" is a serial line.
    return labelled && numbered && length >= 5 && at_or_end(text, length) != '/' ? length : 0;
}

std::size_t user(std::string_view before, std::string_view text) {
    if (!ends_with_any(before, {"/home/", "/Users/", "/var/mail/", "/run/user/"})) return 0;
    return run(text, 0, [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

std::size_t file_server(std::string_view before, std::string_view text) {
    if (!ends_with_any(before, {"nfs: server ", "nfs4: server ", "lockd: server "})) return 0;
    return run(text, 0, [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

}  // namespace

Identifier identifier_at(std::string_view text, std::size_t at) {
    std::string_view before = text.substr(0, at), rest = text.substr(at);
    if (auto n = user(before, rest)) return {"user", n};
    if (auto n = file_server(before, rest)) return {"host", n};
    if (auto n = serial(before, rest)) return {"serial", n};
    char last = before.empty() ? ' ' : before.back();
    // "...pod12345678_..." is how the kubelet names a pod's slice.
    if (auto n = uuid(rest); n && (!is_word(last) || before.ends_with("pod")) && !is_word(at_or_end(rest, n)))
        return {"uuid", n};
    if (is_word(last)) return {};
    if (auto n = container(before, rest)) return {"container", n};
    if (last == '.') return {};
    if (auto n = mail(rest); n && last != '-' && last != '+') return {"mail", n};
    if (last == ':') return {};
    if (auto n = mac(rest); n && last != '-') return {"mac", n};
    if (auto n = ipv6(rest)) return {"ip", n};
    if (auto n = ipv4(before, rest)) return {"ip", n};
    return {};
}

std::string_view syslog_host(std::string_view line) {
    auto kernel = line.find(" kernel:");
    if (kernel == line.npos || kernel > 96) return {};
    std::string_view head = line.substr(0, kernel);
    auto blank = head.rfind(' ');
    if (blank == head.npos) return {};
    std::string_view time = head.substr(0, blank);
    auto colon = time.rfind(':');
    bool timed =
        colon != time.npos && colon >= 3 && is_digit(time[colon - 1]) && is_digit(at_or_end(time, colon + 1));
    return timed ? head.substr(blank + 1) : std::string_view();
}

}  // namespace inquest
