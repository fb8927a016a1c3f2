#include "ui/widgets/message/markdown_veil.h"

#include <QRegularExpression>
#include <algorithm>
#include <array>

namespace dsm {
namespace {

// Noncharacters of Unicode, which no text holds: one that stands for nothing, then one for each
// mark.
constexpr char16_t kNothing = 0xFDD0;
constexpr char16_t kFirstVeiled = 0xFDD1;
constexpr QStringView kMarks = u"!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~";
static_assert(kMarks.size() == 31);

bool isPunctuation(QChar c) {
    return c.isPunct() || c.isSymbol();
}

// Scripts without spaces between words, with their punctuation.
bool isEastAsian(QChar c) {
    const char16_t code = c.unicode();
    return (code >= 0x2E80 && code <= 0xA4CF) || (code >= 0xAC00 && code <= 0xD7AF) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFE30 && code <= 0xFE4F) ||
           (code >= 0xFF00 && code <= 0xFFEF) || (code >= 0xD840 && code <= 0xD888) ||
           code == 0x2018 || code == 0x2019 || code == 0x201C || code == 0x201D || code == 0x2026 ||
           code == 0x2014;
}

bool isAsciiWord(QChar c) {
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'_');
}

// Words between two dollar signs that are those of prices: "$5, or 6$" and "$5和$".
bool isProse(QStringView text) {
    constexpr QStringView kSigns = u"\\^_=+<>*/{}(|";
    if (std::any_of(text.begin(), text.end(), [&](QChar c) { return kSigns.contains(c); })) {
        return false;
    }
    int letters = 0;
    for (const QChar c : text) {
        if (isEastAsian(c)) return true;
        letters = c.isLetter() ? letters + 1 : 0;
        if (letters >= 2 && text.contains(u' ')) return true;
    }
    return false;
}

bool isFence(QStringView line) {
    const QStringView text = line.trimmed();
    return text.contains(u"```") || text.contains(u"~~~");
}

class Veil {
  public:
    explicit Veil(QStringView source) : source_(source) { out_.reserve(source.size() + 64); }

    QString run() {
        qsizetype begin = 0;
        qsizetype at = 0;
        while (at < source_.size()) {
            const qsizetype end = source_.indexOf(u'\n', at);
            const qsizetype next = end < 0 ? source_.size() : end + 1;
            const QStringView line = source_.mid(at, next - at);
            if (line.trimmed().isEmpty() || isFence(line)) {
                readParagraph(begin, at);
                out_ += line;
                begin = next;
            }
            at = next;
        }
        readParagraph(begin, source_.size());
        return out_;
    }

  private:
    QChar charAt(qsizetype at) const { return at < end_ ? source_[at] : QChar(); }
    // Where the mark stands from `from` on, -1 where it does not. What was looked for in vain once
    // is not looked for again in the paragraph: many beginnings without an end stay cheap.
    qsizetype find(QStringView what, qsizetype from, bool& isMissing) const {
        if (isMissing) return -1;
        const qsizetype found = source_.left(end_).indexOf(what, from);
        isMissing = found < 0;
        return found;
    }
    qsizetype runLength(qsizetype at) const {
        qsizetype end = at;
        while (end < end_ && source_[end] == source_[at])
            ++end;
        return end - at;
    }

    void readParagraph(qsizetype begin, qsizetype end) {
        begin_ = begin;
        end_ = end;
        hasNoCode_ = {};
        hasNoRound_ = hasNoSquare_ = hasNoDollars_ = false;
        isQuoted_ = source_.mid(begin, end - begin).trimmed().startsWith(u'>');
        for (qsizetype at = begin; at < end;)
            at = readOne(at);
    }

    qsizetype readOne(qsizetype at) {
        const QChar c = source_[at];
        switch (c.unicode()) {
            case u'\\':
                return readBackslash(at);
            case u'`':
                return readCode(at);
            case u'$':
                return readDollar(at);
            case u'<':
                return readAngle(at);
            case u'*':
            case u'~':
                return readMarks(at);
            default:
                break;
        }
        const bool isNonCharacter =
            (c.unicode() >= 0xFDD0 && c.unicode() <= 0xFDEF) || c.unicode() >= kFormulaBegin;
        out_ += isNonCharacter ? QChar(QChar::ReplacementCharacter) : c;
        return at + 1;
    }

    qsizetype veil(qsizetype at, qsizetype end) {
        bool isLineStart = false;
        for (; at < end; ++at) {
            const QChar c = source_[at];
            // The marks of a quote around the formula stay what they are.
            isLineStart = c == u'\n' || (isLineStart && (c.isSpace() || c == u'>'));
            if (isLineStart && isQuoted_) {
                out_ += c;
                continue;
            }
            const qsizetype mark = kMarks.indexOf(source_[at]);
            out_ += mark < 0 ? source_[at] : QChar(char16_t(kFirstVeiled + mark));
        }
        return end;
    }

    qsizetype copy(qsizetype at, qsizetype end) {
        out_ += source_.mid(at, end - at);
        return end;
    }

    qsizetype formula(qsizetype at, qsizetype end) {
        out_ += QChar(kFormulaBegin);
        veil(at, end);
        out_ += QChar(kFormulaEnd);
        return end;
    }

    // A formula that has begun where the text ends is being written: until then nothing in it is a
    // mark of Markdown. Elsewhere it is none.
    qsizetype beginning(qsizetype at) { return veil(at, end_ == source_.size() ? end_ : at + 2); }

    qsizetype readBackslash(qsizetype at) {
        const QChar next = charAt(at + 1);
        if (next == u'(' || next == u'[') {
            const qsizetype close = next == u'(' ? find(u"\\)", at + 2, hasNoRound_)
                                                 : find(u"\\]", at + 2, hasNoSquare_);
            return close < 0 ? beginning(at) : formula(at, close + 2);
        }
        if (next == u')' || next == u']') return veil(at, at + 2);
        if (next == u'b' && beginsLine(at)) return readEnvironment(at);
        return copy(at, std::min(at + 2, end_));
    }

    // \begin{align} without signs around it.
    qsizetype readEnvironment(qsizetype at) {
        static const QRegularExpression opening(
            QStringLiteral("\\G\\\\begin\\{((?:equation|align|alignat|gather|multline|eqnarray|"
                           "displaymath)\\*?)\\}"));
        const QRegularExpressionMatch match = opening.match(
            source_.mid(at, std::min<qsizetype>(end_ - at, 32)), 0, QRegularExpression::NormalMatch,
            QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch()) return copy(at, std::min(at + 2, end_));
        const QString closing = QStringLiteral("\\end{%1}").arg(match.captured(1));
        const qsizetype close = source_.left(end_).indexOf(closing, at);
        return close < 0 ? beginning(at) : formula(at, close + closing.size());
    }

    // A span of code is left alone as a whole.
    qsizetype readCode(qsizetype at) {
        const qsizetype length = runLength(at);
        const auto kind = static_cast<size_t>(length);
        if (kind < hasNoCode_.size() && hasNoCode_[kind]) return copy(at, at + length);
        for (qsizetype close = at + length; close < end_; ++close) {
            if (source_[close] != u'`') continue;
            const qsizetype found = runLength(close);
            if (found == length) return copy(at, close + length);
            close += found - 1;
        }
        if (kind < hasNoCode_.size()) hasNoCode_[kind] = true;
        return copy(at, at + length);
    }

    bool beginsLine(qsizetype at) const {
        while (at > begin_ && (source_[at - 1] == u' ' || source_[at - 1] == u'>'))
            --at;
        return at == begin_ || source_[at - 1] == u'\n';
    }

    // As Pandoc: no space behind the first, none before the last, no digit behind the last. Besides,
    // none of a price, a variable of a shell or the end of a word.
    qsizetype readDollar(qsizetype at) {
        if (charAt(at + 1) == u'$') return readDollars(at);
        const QChar first = charAt(at + 1);
        const QChar before = at > begin_ ? source_[at - 1] : QChar();
        if (first.isNull() || first.isSpace() || isAsciiWord(before)) return copy(at, at + 1);
        for (qsizetype close = at + 2; close < end_ && source_[close] != u'\n'; ++close) {
            if (source_[close] == u'\\') {
                ++close;
                continue;
            }
            if (source_[close] != u'$') continue;
            const QChar after = charAt(close + 1);
            const bool isWithin =
                after.isDigit() || after == u'_' || (after.unicode() < 0x80 && after.isUpper());
            if (source_[close - 1].isSpace() || isWithin) break;
            if (isProse(source_.mid(at + 1, close - at - 1))) break;
            return formula(at, close + 1);
        }
        return copy(at, at + 1);
    }

    qsizetype readDollars(qsizetype at) {
        const qsizetype close = find(u"$$", at + 2, hasNoDollars_);
        if (close < 0) return beginsLine(at) ? beginning(at) : copy(at, at + 2);
        // Over several lines only where it begins or ends one: else two prices would make a formula.
        const bool isSpan = close > at + 2 && (beginsLine(at) || charAt(at + 2) == u'\n' ||
                                               !source_.mid(at, close - at).contains(u'\n'));
        return isSpan ? formula(at, close + 2) : copy(at, at + 2);
    }

    qsizetype readAngle(qsizetype at) {
        static const QRegularExpression address(QStringLiteral(
            "\\G<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\\s<>]*|[\\w.+-]{1,64}@[\\w.-]{1,255})>"));
        const QRegularExpressionMatch match = address.match(
            source_.mid(at, std::min<qsizetype>(end_ - at, 2048)), 0,
            QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (match.hasMatch()) return copy(at, at + match.capturedLength());
        const QStringView before = source_.mid(begin_, at - begin_);
        const bool isTarget = before.endsWith(u"](") || before.endsWith(u"]: ");
        return isTarget ? copy(at, at + 1) : veil(at, at + 1);
    }

    qsizetype readMarks(qsizetype at) {
        const qsizetype length = runLength(at);
        const qsizetype end = at + length;
        const QChar before = at > begin_ ? source_[at - 1] : QChar();
        const QChar after = charAt(end);
        const bool isBeside = !before.isNull() && !after.isNull() && !before.isSpace() &&
                              !after.isSpace() && length <= 3 &&
                              (isEastAsian(before) || isEastAsian(after));
        if (isBeside && isPunctuation(before) && !isPunctuation(after)) {
            out_ += QChar(kNothing);
            return copy(at, end);
        }
        copy(at, end);
        if (isBeside && !isPunctuation(before) && isPunctuation(after)) out_ += QChar(kNothing);
        return end;
    }

    QStringView source_;
    QString out_;
    // The paragraph that is read.
    qsizetype begin_ = 0;
    qsizetype end_ = 0;
    bool isQuoted_ = false;
    bool hasNoRound_ = false;
    bool hasNoSquare_ = false;
    bool hasNoDollars_ = false;
    std::array<bool, 64> hasNoCode_{};  // by length of the run of backticks
};

}  // namespace

QString veilMarkdown(QStringView source) {
    return Veil(source).run();
}

QChar veiledMark(QChar mark) {
    return QChar(char16_t(kFirstVeiled + kMarks.indexOf(mark)));
}

QString veilFootnotes(QString veiled) {
    return veiled.replace(QLatin1String("[^"), QString(veiledMark(u'[')) + u'^');
}

QString unveil(QString text) {
    const auto isVeiled = [](QChar c) { return c.unicode() >= 0xFDD0 && c.unicode() <= 0xFDEF; };
    const auto isEdge = [](QChar c) { return c.unicode() >= kFormulaBegin; };
    if (std::none_of(text.cbegin(), text.cend(), [&](QChar c) { return isVeiled(c) || isEdge(c); }))
        return text;
    QString shown;
    shown.reserve(text.size());
    for (const QChar c : text) {
        if (c.unicode() == kNothing || isEdge(c)) continue;
        shown += isVeiled(c) ? kMarks[c.unicode() - kFirstVeiled] : c;
    }
    return shown;
}

}  // namespace dsm
