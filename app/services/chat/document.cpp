#include "app/services/chat/document.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace dsm {
namespace {

bool isWide(QChar c) {
    return c.unicode() >= 0x2E80;  // without spaces between words
}

// In small letters; pairs of wide characters.
QStringList wordsOf(QStringView text) {
    QStringList words;
    QString word;
    QChar before;
    const auto end = [&] {
        if (!word.isEmpty()) words.append(std::exchange(word, {}));
    };
    for (const QChar c : text) {
        const bool isLetter = c.isLetterOrNumber() || c.isSurrogate() || c.isMark();
        if (isLetter && isWide(c)) {
            end();
            if (!before.isNull()) words.append(QString(before) + c);
            before = c;
            continue;
        }
        before = QChar();
        if (isLetter) {
            word += c.toLower();
        } else {
            end();
        }
    }
    end();
    return words;
}

// The last place within `most` characters where a text may be cut: behind a page, a paragraph, a line, a sentence,
// a word; else just there, though not within a character.
qsizetype cutAt(QStringView text, qsizetype most) {
    if (text.size() <= most) return text.size();
    const QStringView head = text.left(most);
    const qsizetype least = most / 3;
    for (const QStringView mark : {u"\f", u"\n\n", u"\n", u". ", u"。", u" "}) {
        const qsizetype at = head.lastIndexOf(mark);
        if (at >= least) return at + mark.size();
    }
    return text[most].isLowSurrogate() ? most - 1 : most;
}

}  // namespace

Document::Document(QString name, QString text, int pages)
    : name_(std::move(name)), text_(std::move(text)), pages_(pages) {
    for (qsizetype at = 0; at < text_.size();) {
        const qsizetype size = cutAt(QStringView(text_).mid(at), kPartLength);
        parts_.append({at, at + size});
        at += size;
    }
    index();
}

void Document::index() {
    qsizetype all = 0;
    for (qsizetype part = 0; part < parts_.size(); ++part) {
        const auto [begin, end] = parts_[part];
        const QStringList words = wordsOf(QStringView(text_).mid(begin, end - begin));
        lengths_.append(words.size());
        all += words.size();
        for (const QString& word : words) {
            QList<std::pair<int, int>>& places = places_[word];
            if (places.isEmpty() || places.back().first != part)
                places.append({static_cast<int>(part), 0});
            ++places.back().second;
        }
    }
    if (!parts_.isEmpty())
        usualLength_ = std::max(1.0, static_cast<double>(all) / static_cast<double>(parts_.size()));
}

Document::Order Document::partsFor(const QString& question) const {
    constexpr double kSaturation = 1.2;
    constexpr double kLengthShare = 0.75;
    QList<double> scores(parts_.size(), 0.0);
    QStringList words = wordsOf(question);
    words.removeDuplicates();
    const auto count = static_cast<double>(parts_.size());
    for (const QString& word : std::as_const(words)) {
        const QList<std::pair<int, int>> places = places_.value(word);
        const auto found = static_cast<double>(places.size());
        const double weight = std::log(1 + (count - found + 0.5) / (found + 0.5));
        for (const auto& [part, times] : places) {
            const double share = static_cast<double>(lengths_[part]) / usualLength_;
            scores[part] += weight * times * (kSaturation + 1) /
                            (times + kSaturation * (1 - kLengthShare + kLengthShare * share));
        }
    }
    Order order;
    order.parts.resize(parts_.size());
    std::iota(order.parts.begin(), order.parts.end(), 0);
    std::stable_sort(order.parts.begin(), order.parts.end(),
                     [&](int a, int b) { return scores[a] > scores[b]; });
    order.found =
        std::count_if(scores.begin(), scores.end(), [](double score) { return score > 0; });
    return order;
}

QList<PlaceRange> placesOf(QStringView text, int pages, const QList<TextRange>& ranges) {
    const QChar border = pages > 0 ? u'\f' : u'\n';
    if (pages > 1 && !text.contains(border)) return {};
    QList<PlaceRange> places;
    qsizetype at = 0;
    qsizetype place = 1;
    const auto placeAt = [&](qsizetype character) {
        place += text.mid(at, character - at).count(border);
        at = character;
        return place;
    };
    for (auto [begin, end] : ranges) {
        while (begin < end && text[begin].isSpace())
            ++begin;
        while (end > begin && text[end - 1].isSpace())
            --end;
        if (begin == end) continue;
        const PlaceRange range{placeAt(begin), placeAt(end)};
        if (!places.isEmpty() && range.first <= places.back().last + 1) {
            places.back().last = range.last;
        } else {
            places.append(range);
        }
    }
    return places;
}

QList<TextRange> joinedRanges(const QList<TextRange>& parts, QList<int> chosen) {
    std::sort(chosen.begin(), chosen.end());
    QList<TextRange> joined;
    for (const int part : std::as_const(chosen)) {
        if (!joined.isEmpty() && joined.back().end == parts[part].begin) {
            joined.back().end = parts[part].end;
        } else {
            joined.append(parts[part]);
        }
    }
    return joined;
}

}  // namespace dsm
