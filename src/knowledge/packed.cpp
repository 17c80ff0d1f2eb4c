#include "knowledge/packed.h"

#include <algorithm>
#include <cstdint>

namespace inquest {
namespace {

// A node is its type in one byte, then: a text's length and bytes; a list's length and items; a map's length
// and pairs of key (length, bytes) and item. Lengths are 7 bits a byte, the low ones first, the top bit on
// all but the last.
constexpr int kMaxDepth = 16;

void put_length(std::string& out, std::size_t length) {
    for (; length >= 0x80; length >>= 7) out += static_cast<char>((length & 0x7f) | 0x80);
    out += static_cast<char>(length);
}

void put_text(std::string& out, std::string_view text) {
    put_length(out, text.size());
    out += text;
}

void put(std::string& out, const Node& node) {
    out += static_cast<char>(node.type);
    if (node.type == Node::Type::text) put_text(out, node.text);
    if (node.type != Node::Type::list && node.type != Node::Type::map) return;
    put_length(out, node.items.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (node.type == Node::Type::map) put_text(out, node.keys[i]);
        put(out, node.items[i]);
    }
}

class Reader {
  public:
    explicit Reader(std::string_view packed) : rest_(packed) {}

    bool get(Node& node, int depth) {
        if (rest_.empty() || depth == kMaxDepth) return false;
        auto type = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        if (type > static_cast<std::uint8_t>(Node::Type::map)) return false;
        node.type = static_cast<Node::Type>(type);
        if (node.type == Node::Type::null) return true;
        if (node.type == Node::Type::text) return get_text(node.text);
        std::size_t count = 0;
        if (!get_length(count) || count > rest_.size()) return false;
        node.items.resize(count);
        if (node.type == Node::Type::map) node.keys.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            if (node.type == Node::Type::map && !get_text(node.keys[i])) return false;
            if (!get(node.items[i], depth + 1)) return false;
        }
        return true;
    }

    [[nodiscard]] bool done() const { return rest_.empty(); }

  private:
    bool get_length(std::size_t& length) {
        length = 0;
        for (unsigned shift = 0; shift < 35 && !rest_.empty(); shift += 7) {
            auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            length |= static_cast<std::size_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return true;
        }
        return false;
    }

    bool get_text(std::string& text) {
        std::size_t length = 0;
        if (!get_length(length) || length > rest_.size()) return false;
        text = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return true;
    }

    std::string_view rest_;
};

}  // namespace

std::string pack(const Node& node) {
    std::string out;
    put(out, node);
    return out;
}

void drop_samples(Node& root) {
    auto key = std::ranges::find(root.keys, "samples");
    if (key == root.keys.end()) return;
    root.items.erase(root.items.begin() + (key - root.keys.begin()));
    root.keys.erase(key);
}

Result<Node> unpack(std::string_view packed) {
    Reader reader(packed);
    Node node;
    if (!reader.get(node, 0) || !reader.done()) return fail("packed issue is damaged");
    return node;
}

}  // namespace inquest
