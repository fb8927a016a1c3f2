#include "engine/train/data/near_rows.h"

#include <algorithm>
#include <span>

#include "engine/text/utf8.h"
#include "kernels/base/splitmix.h"

namespace dsm {
namespace {

constexpr std::int64_t kFewestWords = 6;
constexpr int kNearEqual = 26;  // of the 32
constexpr std::size_t kBandValues = 4;
constexpr std::size_t kMostCompared = 8;
constexpr std::uint32_t kNone = UINT32_MAX;

struct HashFunction {
    std::uint32_t flip, factor;
};

// Each is a permutation of the numbers of 32 bits.
const std::array<HashFunction, 32>& hashFunctions() {
    static const std::array<HashFunction, 32> all = [] {
        std::array<HashFunction, 32> made{};
        for (std::size_t i = 0; i < made.size(); ++i) {
            const std::uint64_t bits = splitmix64(i + 1);
            made[i] = {static_cast<std::uint32_t>(bits),
                       static_cast<std::uint32_t>(bits >> 32) | 1U};
        }
        return made;
    }();
    return all;
}

enum class CharacterKind { Break, Letter, Word };

CharacterKind kindOf(char32_t c) {
    if (c < 0x80) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || (c >= '0' && c <= '9') ? CharacterKind::Letter : CharacterKind::Break;
    }
    // Latin-1's signs, general punctuation, CJK punctuation and the full-width forms of ASCII's.
    const bool isSign = c < 0xC0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F) ||
                        (c >= 0xFF00 && c <= 0xFF0F) || (c >= 0xFF1A && c <= 0xFF20) || c == 0xFFFD;
    if (isSign) return CharacterKind::Break;
    return c >= 0x2E80 ? CharacterKind::Word : CharacterKind::Letter;
}

bool areNear(const WordSketch& a, const WordSketch& b) {
    int equal = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        equal += a[i] == b[i];
    return equal >= kNearEqual;
}

// A row under a key that it may have in common with others.
struct BandRow {
    std::uint64_t key;
    std::uint32_t row;
    auto operator<=>(const BandRow&) const = default;
};

std::uint64_t bandKey(const WordSketch& sketch, std::size_t band) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < kBandValues; ++i)
        key = key << 16 | sketch[band * kBandValues + i];
    return key;
}

// Notes for each row of the group, in the order of the data set, the first that it is near to.
void matchGroup(std::span<const BandRow> group, const std::vector<NearRows::Row>& rows,
                std::vector<std::uint32_t>& nearTo) {
    std::vector<std::uint32_t> compared;
    for (const BandRow& one : group) {
        const NearRows::Row& row = rows[one.row];
        const auto match = std::find_if(compared.begin(), compared.end(), [&](std::uint32_t i) {
            return areNear(rows[i].sketch, row.sketch);
        });
        if (match != compared.end()) {
            nearTo[one.row] = std::min(nearTo[one.row], *match);
        } else if (compared.size() < kMostCompared) {
            compared.push_back(one.row);
        }
    }
}

}  // namespace

void Sketcher::addWord(std::uint64_t word) {
    const auto pair = static_cast<std::uint32_t>(splitmix64(before_ * 31 + word));
    const auto& functions = hashFunctions();
    for (std::size_t i = 0; i < least_.size(); ++i)
        least_[i] = std::min(least_[i], (pair ^ functions[i].flip) * functions[i].factor);
    before_ = word;
    ++words_;
}

void Sketcher::endWord() {
    if (isInWord_) addWord(word_);
    isInWord_ = false;
    word_ = 0;
}

void Sketcher::add(std::string_view text) {
    while (!text.empty()) {
        const Utf8Character character = readUtf8(text);
        text.remove_prefix(character.sizeBytes);
        char32_t c = character.state == Utf8Character::State::Valid ? character.codePoint : U' ';
        const CharacterKind kind = kindOf(c);
        if (kind != CharacterKind::Letter) endWord();
        if (kind == CharacterKind::Word) addWord(splitmix64(c));
        if (kind != CharacterKind::Letter) continue;
        if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
        word_ = splitmix64(word_ ^ c);
        isInWord_ = true;
    }
    endWord();
}

std::optional<WordSketch> Sketcher::finish() {
    if (words_ < kFewestWords) return std::nullopt;
    addWord(0);
    WordSketch sketch{};
    // The least of many values are small numbers: their top bits would be those of all rows.
    for (std::size_t i = 0; i < sketch.size(); ++i)
        sketch[i] = static_cast<std::uint16_t>(splitmix64(least_[i]));
    return sketch;
}

std::vector<NearRows::Row>::iterator NearRows::from(const PackedPlace& place) {
    return std::lower_bound(
        rows_.begin(), rows_.end(), place,
        [](const Row& row, const PackedPlace& wanted) { return row.place < wanted; });
}

void NearRows::insert(const Row& row) {
    if (rows_.size() < kMostRows) rows_.insert(from(row.place), row);
}

void NearRows::remove(const PackedPlace& place) {
    const auto found = from(place);
    if (found != rows_.end() && found->place == place) rows_.erase(found);
}

std::int64_t NearRows::find(
    const std::function<void(const RowPlace&, const RowPlace&)>& found) const {
    std::vector<std::uint32_t> nearTo(rows_.size(), kNone);
    std::vector<BandRow> band(rows_.size());
    for (std::size_t b = 0; b < std::tuple_size_v<WordSketch> / kBandValues; ++b) {
        for (std::size_t i = 0; i < rows_.size(); ++i)
            band[i] = {bandKey(rows_[i].sketch, b), static_cast<std::uint32_t>(i)};
        std::sort(band.begin(), band.end());
        for (std::size_t i = 0, end = 0; i < band.size(); i = end) {
            while (end < band.size() && band[end].key == band[i].key)
                ++end;
            if (end - i > 1) matchGroup(std::span(band).subspan(i, end - i), rows_, nearTo);
        }
    }
    // An equal row is more than near.
    for (std::size_t i = 0; i < rows_.size(); ++i)
        band[i] = {rows_[i].hash, static_cast<std::uint32_t>(i)};
    std::sort(band.begin(), band.end());
    for (std::size_t i = 1; i < band.size(); ++i) {
        if (band[i].key == band[i - 1].key) nearTo[band[i].row] = kNone;
    }
    std::int64_t count = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (nearTo[i] == kNone) continue;
        ++count;
        found(rows_[i].place.place(), rows_[nearTo[i]].place.place());
    }
    return count;
}

}  // namespace dsm
