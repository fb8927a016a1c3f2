#include "ui/widgets/message/syntax_highlighter.h"

#include <algorithm>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

using Span = SyntaxSpan::Kind;

// Nobody reads longer lines, and their colours cost more than all else.
constexpr qsizetype kLongestColored = 2000;

class LineReader {
  public:
    LineReader(const SyntaxRules& rules, const QString& line, int& inside)
        : rules_(rules), line_(line), inside_(inside), size_(static_cast<int>(line.size())) {}

    std::vector<SyntaxSpan> read() {
        if (rules_.kind == SyntaxRules::Kind::Plain || size_ > kLongestColored) return {};
        if (rules_.kind == SyntaxRules::Kind::Diff) {
            readDiff();
            return spans_;
        }
        if (inside_ > 0) endLong(0, 0);
        if (rules_.kind == SyntaxRules::Kind::Settings) readKey();
        while (at_ < size_)
            readOne();
        return spans_;
    }

  private:
    void add(int begin, int end, Span kind) {
        if (end > begin) spans_.push_back({begin, end - begin, kind});
        at_ = std::max(at_, end);
    }
    bool isAt(QStringView what) const {
        return !what.isEmpty() && QStringView(line_).mid(at_).startsWith(what);
    }
    bool isWordCharacter(int at) const {
        return at >= 0 && at < size_ &&
               (line_[at].isLetterOrNumber() || line_[at] == u'_' ||
                rules_.wordCharacters.contains(line_[at]));
    }

    // A whole line: added, taken away, or where it stands.
    void readDiff() {
        if (line_.startsWith(u'+')) {
            add(0, size_, Span::String);
        } else if (line_.startsWith(u'-')) {
            add(0, size_, Span::Number);
        } else if (line_.startsWith(QLatin1String("@@")) ||
                   line_.startsWith(QLatin1String("diff "))) {
            add(0, size_, Span::Keyword);
        }
    }

    // key: value, key = value and [section].
    void readKey() {
        int begin = 0;
        while (begin < size_ && (line_[begin].isSpace() || line_[begin] == u'-'))
            ++begin;
        int end = begin;
        if (begin < size_ && line_[begin] == u'[') {
            end = static_cast<int>(line_.lastIndexOf(u']')) + 1;
        } else {
            while (end < size_ &&
                   (line_[end].isLetterOrNumber() || QStringView(u"_-. /").contains(line_[end])))
                ++end;
            const bool isKey =
                end > begin && end < size_ && (line_[end] == u':' || line_[end] == u'=');
            if (!isKey) return;
        }
        add(begin, end, Span::Keyword);
    }

    void endLong(int begin, int from) {
        const SyntaxRules::Long& kind = rules_.longs[static_cast<size_t>(inside_ - 1)];
        const auto close = static_cast<int>(line_.indexOf(kind.end, from));
        const int end = close < 0 ? size_ : close + static_cast<int>(kind.end.size());
        add(begin, end, kind.isComment ? Span::Comment : Span::String);
        if (close >= 0) inside_ = 0;
        at_ = std::max(at_, end);
    }

    bool beginsLong() {
        for (size_t i = 0; i < rules_.longs.size(); ++i) {
            if (!isAt(rules_.longs[i].begin)) continue;
            inside_ = static_cast<int>(i) + 1;
            endLong(at_, at_ + static_cast<int>(rules_.longs[i].begin.size()));
            return true;
        }
        return false;
    }

    bool beginsLineComment() const {
        return std::any_of(
            rules_.lineComments.begin(), rules_.lineComments.end(), [this](const QString& mark) {
                // A mark of letters is a word; # within one is none, as in $# and a#b.
                const bool isWord = mark.front().isLetter() || mark == u"#";
                return isAt(mark) && (!isWord || at_ == 0 || line_[at_ - 1].isSpace());
            });
    }

    void readOne() {
        const QChar c = line_[at_];
        if (beginsLong()) return;
        if (beginsLineComment()) return add(at_, size_, Span::Comment);
        if (rules_.kind == SyntaxRules::Kind::Markup) return readMarkup();
        if (rules_.quotes.contains(c)) return readString();
        if (!rules_.sigil.isNull() && c == rules_.sigil) return readVariable();
        if (isWordCharacter(at_)) return readWord();
        ++at_;
    }

    void readString() {
        const QChar quote = line_[at_];
        int end = at_ + 1;
        while (end < size_ && line_[end] != quote)
            end += line_[end] == u'\\' ? 2 : 1;
        // One that is alone on its line may be an apostrophe.
        if (end >= size_ && quote == u'\'') {
            ++at_;
            return;
        }
        add(at_, std::min(end + 1, size_), Span::String);
    }

    void readVariable() {
        const bool isCommand = rules_.sigil == u'\\';
        int end = at_ + 1;
        if (!isCommand && end < size_ && line_[end] == u'{') ++end;
        while (isWordCharacter(end))
            ++end;
        if (end > at_ + 1) {
            add(at_, end, isCommand ? Span::Keyword : Span::Number);
        } else {
            at_ = end;
        }
    }

    void readWord() {
        int end = at_;
        while (isWordCharacter(end))
            ++end;
        const QString word = line_.mid(at_, end - at_);
        if (line_[at_].isDigit()) {
            while (end + 1 < size_ && line_[end] == u'.' && line_[end + 1].isDigit()) {
                ++end;
                while (isWordCharacter(end))
                    ++end;
            }
            add(at_, end, Span::Number);
        } else if (rules_.keywords.contains(rules_.isCaseBlind ? word.toLower() : word)) {
            add(at_, end, Span::Keyword);
        } else {
            at_ = end;
        }
    }

    // <name attribute="value"> and &entity;
    void readMarkup() {
        const QChar c = line_[at_];
        if (c == u'<' || c == u'>' || isAt(u"/>")) {
            int end = at_ + 1;
            while (end < size_ &&
                   (line_[end].isLetterOrNumber() || QStringView(u"/!?-:_.").contains(line_[end])))
                ++end;
            isInTag_ = c == u'<';
            add(at_, c == u'<' ? end : at_ + (c == u'>' ? 1 : 2), Span::Keyword);
        } else if (rules_.quotes.contains(c) && isInTag_) {
            readString();
        } else if (c == u'&') {
            const auto end = static_cast<int>(line_.indexOf(u';', at_)) + 1;
            if (end > at_ && end - at_ < 12) return add(at_, end, Span::Number);
            ++at_;
        } else {
            ++at_;
        }
    }

    const SyntaxRules& rules_;
    const QString& line_;
    int& inside_;
    const int size_;
    int at_ = 0;
    bool isInTag_ = false;
    std::vector<SyntaxSpan> spans_;
};

ColorRole colorOf(Span kind) {
    switch (kind) {
        case Span::Keyword:
            return ColorRole::SyntaxKeyword;
        case Span::String:
            return ColorRole::SyntaxString;
        case Span::Number:
            return ColorRole::SyntaxNumber;
        case Span::Comment:
            break;
    }
    return ColorRole::SyntaxComment;
}

}  // namespace

std::vector<SyntaxSpan> syntaxSpans(const SyntaxRules& rules, const QString& line, int& inside) {
    return LineReader(rules, line, inside).read();
}

SyntaxHighlighter::SyntaxHighlighter(const Theme& theme, const QString& language,
                                     QTextDocument* document)
    : QSyntaxHighlighter(document), theme_(theme), rules_(syntaxRules(language)) {}

void SyntaxHighlighter::highlightBlock(const QString& text) {
    int inside = std::max(0, previousBlockState());
    for (const SyntaxSpan& span : syntaxSpans(rules_, text, inside))
        setFormat(span.begin, span.length, theme_.color(colorOf(span.kind)));
    setCurrentBlockState(inside);
}

}  // namespace dsm
