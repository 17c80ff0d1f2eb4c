#include "knowledge/map_reader.h"

#include <algorithm>
#include <charconv>

namespace inquest {

MapReader::MapReader(const Node& node, std::string_view what, const std::string& file,
                     std::vector<LintProblem>& problems)
    : node_(node), what_(what), file_(file), problems_(problems) {
    if (node.type != Node::Type::map) complain(node.line, what_ + " is not a map of keys and values");
}

const Node* MapReader::child(std::string_view key, Need need) {
    known_.push_back(key);
    const Node* found = node_.find(key);
    if (found && found->type != Node::Type::null) return found;
    if (need == Need::required) complain(node_.line, what_ + " has no " + std::string(key));
    return nullptr;
}

std::string MapReader::text(std::string_view key, Need need) {
    const Node* value = child(key, need);
    if (!value) return {};
    if (value->type != Node::Type::text) {
        complain(value->line, std::string(key) + " is not a text");
        return {};
    }
    if (value->text.empty() && need == Need::required) complain(value->line, std::string(key) + " is empty");
    return value->text;
}

std::vector<std::string> MapReader::texts(std::string_view key) {
    const Node* value = child(key);
    if (!value) return {};
    if (value->type == Node::Type::text) return {value->text};
    std::vector<std::string> found;
    for (const Node& item : value->items) {
        if (item.type == Node::Type::text) {
            found.push_back(item.text);
        } else {
            complain(item.line, std::string(key) + " holds something that is not a text");
        }
    }
    return found;
}

std::vector<const Node*> MapReader::list(std::string_view key) {
    std::vector<const Node*> items;
    const Node* value = child(key);
    if (!value) return items;
    if (value->type != Node::Type::list) complain(value->line, std::string(key) + " is not a list");
    if (value->type == Node::Type::list)
        for (const Node& item : value->items) items.push_back(&item);
    return items;
}

double MapReader::number(std::string_view key, double otherwise, double highest) {
    std::string written = text(key);
    if (written.empty()) return otherwise;
    double value = 0;
    auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
    if (error == std::errc{} && end == written.data() + written.size() && value >= 0 && value <= highest)
        return value;
    complain(node_.find(key)->line, std::string(key) + " '" + written + "' is not a number that fits");
    return otherwise;
}

bool MapReader::flag(std::string_view key) {
    std::string written = text(key);
    if (!written.empty() && written != "true" && written != "false")
        complain(node_.find(key)->line, std::string(key) + " is neither true nor false");
    return written == "true";
}

void MapReader::finish() {
    for (std::size_t i = 0; i < node_.keys.size(); ++i)
        if (std::ranges::find(known_, node_.keys[i]) == known_.end())
            complain(node_.items[i].line, what_ + " has an unknown key '" + node_.keys[i] + "'");
}

void MapReader::complain(unsigned line, std::string message) {
    problems_.push_back({file_, line, std::move(message)});
}

}  // namespace inquest
