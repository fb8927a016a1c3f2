#include "engine/text/character_map.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kUnitBytes = 4;
// Published maps have 60,000 units at most.
constexpr std::size_t kMaxUnits = 1 << 21;
constexpr int kMostLeaves = 32;  // on one way: Normalizer::kMaxTrieResultsSize
constexpr std::uint32_t kBytes = 256;

// A unit of Darts-clone's double array.
struct Unit {
    std::uint32_t bits;

    bool hasLeaf() const { return (bits >> 8 & 1) != 0; }
    std::uint32_t value() const { return bits & 0x7FFFFFFF; }
    std::uint32_t label() const { return bits & 0x800000FF; }
    std::uint32_t offset() const { return (bits >> 10) << ((bits & 0x200) >> 6); }
};

class DoubleArray {
  public:
    DoubleArray(std::string_view units, std::string_view replacements)
        : bytes_(units),
          count_(static_cast<std::uint32_t>(units.size() / kUnitBytes)),
          replacements_(replacements),
          leavesBelow_(count_, kUnseen) {}

    // Depth first, without recursion: a way may be as long as the array.
    std::optional<std::string> problem() {
        if (auto found = enter(0); found) return found;
        while (!path_.empty()) {
            Step& step = path_.back();
            if (step.nextByte == kBytes) {
                if (auto found = leave(); found) return found;
                continue;
            }
            const std::uint32_t at = step.base ^ step.nextByte++;
            if (at >= count_) return "points outside itself";
            if (unit(at).label() != (at ^ step.base)) continue;
            const int below = leavesBelow_[at];
            if (below == kOnPath) return "leads back to itself";
            if (below >= 0) {
                step.leaves = std::max(step.leaves, below);
            } else if (auto found = enter(at); found) {
                return found;
            }
        }
        return std::nullopt;
    }

  private:
    static constexpr int kUnseen = -1;
    static constexpr int kOnPath = -2;

    struct Step {
        std::uint32_t place;
        std::uint32_t base;
        std::uint32_t nextByte;
        int leaves;  // the most on a way below
    };

    Unit unit(std::uint32_t at) const {
        std::uint32_t bits = 0;
        std::memcpy(&bits, bytes_.data() + std::size_t{at} * kUnitBytes, kUnitBytes);
        return {bits};
    }

    std::optional<std::string> enter(std::uint32_t at) {
        const std::uint32_t base = at ^ unit(at).offset();
        // The library looks for a leaf behind every unit it comes to, but the first.
        if (unit(at).hasLeaf() && at != 0) {
            if (base >= count_) return "points outside itself";
            if (!isReplacement(unit(base).value())) return "points to no replacement";
        }
        leavesBelow_[at] = kOnPath;
        path_.push_back({at, base, 0, 0});
        return std::nullopt;
    }

    std::optional<std::string> leave() {
        const Step step = path_.back();
        path_.pop_back();
        const int leaves = step.leaves + (unit(step.place).hasLeaf() && step.place != 0 ? 1 : 0);
        if (leaves > kMostLeaves) return "has too many replacements for one place";
        leavesBelow_[step.place] = leaves;
        if (!path_.empty()) path_.back().leaves = std::max(path_.back().leaves, leaves);
        return std::nullopt;
    }

    bool isReplacement(std::uint32_t at) const {
        const auto isContinuation = [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
        };
        return at < replacements_.size() && !isContinuation(replacements_[at]);
    }

    std::string_view bytes_;
    std::uint32_t count_;
    std::string_view replacements_;
    std::vector<int> leavesBelow_;
    std::vector<Step> path_;
};

}  // namespace

std::optional<std::string> problemOfCharacterMap(std::string_view map) {
    if (map.empty()) return std::nullopt;
    if (map.size() < kLengthBytes) return "is too short";
    std::uint32_t length = 0;
    std::memcpy(&length, map.data(), kLengthBytes);
    const std::string_view rest = map.substr(kLengthBytes);
    if (length == 0 || length >= rest.size()) return "is longer than it says";
    if (length % kUnitBytes != 0) return "has half a unit";
    if (length / kUnitBytes > kMaxUnits) return "is too large";
    const std::string_view replacements = rest.substr(length);
    if (replacements.back() != '\0') return "has no end";
    if (validUtf8Prefix(replacements) != replacements.size()) return "is not in UTF-8";
    return DoubleArray(rest.substr(0, length), replacements).problem();
}

}  // namespace dsm
