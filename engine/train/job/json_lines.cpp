#include "engine/train/job/json_lines.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/format/json_events.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kMostDepth = 64;

// An iterator over the text that tells how far the library has read.
class Reader {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Reader(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

    reference operator*() const { return *at_; }
    Reader& operator++() {
        *furthest_ = ++at_;
        return *this;
    }
    Reader operator++(int) {
        const Reader before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Reader& other) const { return at_ == other.at_; }
    bool operator!=(const Reader& other) const { return at_ != other.at_; }

  private:
    const char* at_;
    const char** furthest_;
};

// Follows the keys; the values are nobody's business here.
class KeyFollower : public JsonEvents {
  public:
    using Take = std::function<bool(const std::string& path)>;
    explicit KeyFollower(Take take) : take_(std::move(take)) {}

    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        open_.back().key = name;
        std::string path;
        for (const Container& one : open_) {
            if (!path.empty() && one.isObject) path += '.';
            if (one.isObject) path += one.key;
        }
        return take_(path);
    }

  private:
    struct Container {
        bool isObject = false;
        std::string key;
    };

    bool open(bool isObject) {
        if (open_.size() == kMostDepth) return false;
        open_.push_back({isObject, {}});
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<Container> open_;
    Take take_;
};

}  // namespace

JsonKeyLines::JsonKeyLines(std::string_view text) {
    const char* furthest = text.data();
    const char* counted = text.data();
    int line = 1;
    KeyFollower follower([&](const std::string& path) {
        // The library has read the key's last quote and nothing behind it, and no key holds a line
        // feed.
        line += static_cast<int>(std::count(counted, furthest, '\n'));
        counted = furthest;
        const bool isNew = lines_.insert_or_assign(path, line).second;
        if (!isNew && !repeated_) repeated_ = path;
        return true;
    });
    const Reader begin(text.data(), &furthest);
    const Reader end(text.data() + text.size(), &furthest);
    json::sax_parse(begin, end, &follower);
}

int JsonKeyLines::lineOf(std::string_view path) const {
    const auto found = lines_.find(path);
    return found == lines_.end() ? 0 : found->second;
}

}  // namespace dsm
