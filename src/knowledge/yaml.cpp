#include "knowledge/yaml.h"

#include <algorithm>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace inquest {
namespace {

constexpr std::size_t kMaxBytes = 256 * 1024;
constexpr std::size_t kMaxNodes = 20'000;
constexpr std::size_t kMaxDepth = 8;

// Takes the parser's events and builds the tree on a stack of its own. Refuses by throwing, which is the
// library's way to stop; parse_yaml catches.
class Builder : public YAML::EventHandler {
  public:
    Node root;

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, Node::Type::null, {}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases are not allowed"); }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  const std::string& value) override {
        add(mark, Node::Type::text, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, Node::Type::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, Node::Type::map);
    }
    void OnMapEnd() override { close(); }

  private:
    [[noreturn]] static void refuse(const YAML::Mark& mark, const std::string& why) {
        throw YAML::ParserException(mark, why);
    }

    static bool expects_key(const Node& map) { return map.keys.size() == map.items.size(); }

    // A scalar is a key when the innermost map has as many keys as values.
    void add(const YAML::Mark& mark, Node::Type type, const std::string& value) {
        if (!open_.empty() && open_.back().type == Node::Type::map && expects_key(open_.back())) {
            if (std::ranges::count(open_.back().keys, value) != 0) refuse(mark, "key '" + value + "' twice");
            open_.back().keys.push_back(value);
            return;
        }
        Node node;
        node.type = type;
        node.line = static_cast<unsigned>(mark.line) + 1;
        node.text = value;
        count(mark);
        place(std::move(node));
    }

    void open(const YAML::Mark& mark, Node::Type type) {
        if (open_.size() == kMaxDepth) refuse(mark, "nested too deeply");
        if (!open_.empty() && open_.back().type == Node::Type::map && expects_key(open_.back()))
            refuse(mark, "a key must be a plain word");
        count(mark);
        Node node;
        node.type = type;
        node.line = static_cast<unsigned>(mark.line) + 1;
        open_.push_back(std::move(node));
    }

    void close() {
        Node node = std::move(open_.back());
        open_.pop_back();
        place(std::move(node));
    }

    void place(Node node) {
        if (open_.empty()) {
            root = std::move(node);
        } else {
            open_.back().items.push_back(std::move(node));
        }
    }

    void count(const YAML::Mark& mark) {
        if (++nodes_ > kMaxNodes) refuse(mark, "too many values");
    }

    std::vector<Node> open_;
    std::size_t nodes_ = 0;
};

std::unexpected<Error> fail_at(std::string_view file, int line, const std::string& why) {
    return fail(std::string(file) + ":" + std::to_string(line + 1) + ": " + why);
}

}  // namespace

Result<Node> parse_yaml(std::string_view text, std::string_view file_name) {
    if (text.size() > kMaxBytes) return fail_at(file_name, 0, "larger than 256 KiB");
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder;
        if (!parser.HandleNextDocument(builder)) return fail_at(file_name, 0, "empty");
        Builder more;
        if (parser.HandleNextDocument(more)) return fail_at(file_name, 0, "more than one document");
        return std::move(builder.root);
    } catch (const YAML::Exception& error) {
        return fail_at(file_name, std::max(error.mark.line, 0), error.msg);
    } catch (const std::exception& error) {
        return fail_at(file_name, 0, error.what());
    }
}

}  // namespace inquest
