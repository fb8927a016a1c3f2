#include "ui/widgets/math/open_type_math.h"

#include <utility>

namespace dsm::math {
namespace {

constexpr int kValue = 4;  // bytes of a value with its corrections for devices
constexpr int kHead = 10;
constexpr int kMostParts = 16;
constexpr int kMostVariants = 32;

}  // namespace

OpenTypeMath::OpenTypeMath(QByteArray table) : table_(std::move(table)) {
    if (table_.size() < kHead || u16(0) != 1) return;
    readConstants(u16(4));
    readGlyphs(u16(6));
    readVariants(u16(8));
    isValid_ = constant(Constant::AxisHeight) > 0 && !vertical_.isEmpty();
}

int OpenTypeMath::u16(qsizetype at) const {
    if (at < 0 || at + 2 > table_.size()) return 0;
    return (static_cast<uchar>(table_[at]) << 8) | static_cast<uchar>(table_[at + 1]);
}

int OpenTypeMath::s16(qsizetype at) const {
    return static_cast<qint16>(u16(at));
}

void OpenTypeMath::readConstants(qsizetype at) {
    scriptPercent_ = s16(at);
    scriptScriptPercent_ = s16(at + 2);
    displayOperatorHeight_ = u16(at + 6);
    at += 8;
    for (int& value : constants_) {
        value = s16(at);
        at += kValue;
    }
    degreeRaisePercent_ = s16(at);
}

std::vector<quint32> OpenTypeMath::readCoverage(qsizetype at) const {
    std::vector<quint32> glyphs;
    const int count = u16(at + 2);
    const bool isRanges = u16(at) == 2;
    for (int i = 0; i < count; ++i) {
        const qsizetype entry = at + 4 + qsizetype(i) * (isRanges ? 6 : 2);
        const int last = isRanges ? u16(entry + 2) : u16(entry);
        for (int glyph = u16(entry); glyph <= last && glyphs.size() < 0x10000; ++glyph)
            glyphs.push_back(static_cast<quint32>(glyph));
    }
    return glyphs;
}

QHash<quint32, int> OpenTypeMath::readValues(qsizetype at) const {
    const std::vector<quint32> glyphs = readCoverage(at + u16(at));
    QHash<quint32, int> values;
    const auto count = static_cast<size_t>(u16(at + 2));
    for (size_t i = 0; i < glyphs.size() && i < count; ++i)
        values.insert(glyphs[i], s16(at + 4 + static_cast<qsizetype>(i) * kValue));
    return values;
}

void OpenTypeMath::readGlyphs(qsizetype at) {
    if (u16(at) != 0) italics_ = readValues(at + u16(at));
    if (u16(at + 2) != 0) accentPlaces_ = readValues(at + u16(at + 2));
}

void OpenTypeMath::readVariants(qsizetype at) {
    smallestOverlap_ = u16(at);
    const int counts[2] = {u16(at + 6), u16(at + 8)};
    qsizetype entry = at + 10;
    for (int direction = 0; direction < 2; ++direction) {
        const std::vector<quint32> glyphs = readCoverage(at + u16(at + 2 + 2 * direction));
        for (size_t i = 0; i < static_cast<size_t>(counts[direction]); ++i, entry += 2) {
            if (i >= glyphs.size()) continue;
            (direction == 0 ? vertical_ : horizontal_).insert(glyphs[i], at + u16(entry));
        }
    }
}

OpenTypeMath::Growth OpenTypeMath::growth(quint32 glyph, bool isVertical) const {
    Growth growth;
    const qsizetype at = (isVertical ? vertical_ : horizontal_).value(glyph, -1);
    if (at < 0) return growth;
    for (int i = 0; i < u16(at + 2) && i < kMostVariants; ++i) {
        const qsizetype entry = at + 4 + 4 * i;
        growth.variants.push_back({static_cast<quint32>(u16(entry)), u16(entry + 2)});
    }
    const int assembly = u16(at);
    if (assembly == 0) return growth;
    for (int i = 0; i < u16(at + assembly + kValue) && i < kMostParts; ++i) {
        const qsizetype entry = at + assembly + kValue + 2 + 10 * i;
        growth.parts.push_back({static_cast<quint32>(u16(entry)), u16(entry + 2), u16(entry + 4),
                                u16(entry + 6), (u16(entry + 8) & 1) != 0});
    }
    return growth;
}

}  // namespace dsm::math
