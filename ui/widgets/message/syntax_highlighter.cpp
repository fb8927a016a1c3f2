#include "ui/widgets/message/syntax_highlighter.h"

#include <QHash>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kInsideComment = 1;
// Nobody reads longer lines, and their colours cost more than all else.
constexpr qsizetype kLongestColored = 2000;

QSet<QString> words(const char* list) {
    const QStringList split = QString::fromLatin1(list).split(u' ');
    return QSet<QString>(split.begin(), split.end());
}

constexpr auto kCFamily =
    "alignas auto bool break case catch char class concept const constexpr continue co_await "
    "co_return co_yield default delete do double else enum explicit export extern false final "
    "float for friend goto if inline int long mutable namespace new noexcept nullptr operator "
    "override private protected public requires return short signed sizeof static struct switch "
    "template this throw true try typedef typename union unsigned using virtual void volatile "
    "while async await function let var of in import from extends implements interface null "
    "undefined typeof package func go defer chan map range type fn mut pub impl trait use mod "
    "match loop crate self where boolean byte abstract super instanceof yield";
constexpr auto kPython =
    "and as assert async await break class continue def del elif else except False finally for "
    "from global if import in is lambda match case None nonlocal not or pass raise return self "
    "True try while with yield";
constexpr auto kShell =
    "if then else elif fi for in do done while until case esac function return export local "
    "echo cd sudo set unset exit source";
constexpr auto kSql =
    "select from where insert into values update set delete create table drop alter index join "
    "left right inner outer on group by order having limit and or not null primary key as "
    "distinct union SELECT FROM WHERE INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE DROP "
    "ALTER INDEX JOIN LEFT RIGHT INNER OUTER ON GROUP BY ORDER HAVING LIMIT AND OR NOT NULL "
    "PRIMARY KEY AS DISTINCT UNION";

bool isWordCharacter(QChar c) {
    return c.isLetterOrNumber() || c == u'_';
}

}  // namespace

const SyntaxRules& syntaxRules(const QString& language) {
    static const SyntaxRules cFamily{words(kCFamily), QStringLiteral("//"), true, true};
    static const SyntaxRules python{words(kPython), QStringLiteral("#"), false, true};
    static const SyntaxRules shell{words(kShell), QStringLiteral("#"), false, true};
    static const SyntaxRules sql{words(kSql), QStringLiteral("--"), true, true};
    static const SyntaxRules data{words("true false null"), QStringLiteral("#"), false, true};
    static const SyntaxRules plain{};
    static const QHash<QString, const SyntaxRules*> byName = [] {
        QHash<QString, const SyntaxRules*> table;
        const auto add = [&table](const char* names, const SyntaxRules& rules) {
            for (const QString& name : words(names))
                table.insert(name, &rules);
        };
        add("python py python3", python);
        add("sh bash shell zsh console", shell);
        add("sql sqlite", sql);
        add("json yaml yml toml ini cmake", data);
        add("text txt plain plaintext markdown md html xml", plain);
        table.insert(QString(), &plain);
        return table;
    }();
    return *byName.value(language.toLower(), &cFamily);
}

SyntaxHighlighter::SyntaxHighlighter(const Theme& theme, const QString& language,
                                     QTextDocument* document)
    : QSyntaxHighlighter(document), theme_(theme), rules_(syntaxRules(language)) {}

void SyntaxHighlighter::highlightBlock(const QString& text) {
    setCurrentBlockState(-1);
    if (!rules_.isColored || text.size() > kLongestColored) return;
    const int size = static_cast<int>(text.size());
    int at = previousBlockState() == kInsideComment ? takeComment(text, 0, true) : 0;
    while (at < size) {
        const QChar c = text[at];
        const QStringView rest = QStringView(text).mid(at);
        if (rest.startsWith(rules_.lineComment)) {
            setFormat(at, size - at, theme_.color(ColorRole::SyntaxComment));
            return;
        }
        if (rules_.hasBlockComments && rest.startsWith(u"/*")) {
            at = takeComment(text, at, false);
        } else if (c == u'"' || c == u'\'' || c == u'`') {
            at = takeString(text, at);
        } else if (isWordCharacter(c)) {
            at = takeWord(text, at);
        } else {
            ++at;
        }
    }
}

int SyntaxHighlighter::takeComment(const QString& text, int at, bool isInside) {
    const qsizetype close = text.indexOf(QLatin1String("*/"), isInside ? at : at + 2);
    const int end = static_cast<int>(close < 0 ? text.size() : close + 2);
    if (close < 0) setCurrentBlockState(kInsideComment);
    setFormat(at, end - at, theme_.color(ColorRole::SyntaxComment));
    return end;
}

int SyntaxHighlighter::takeString(const QString& text, int at) {
    const QChar quote = text[at];
    int end = at + 1;
    while (end < text.size() && text[end] != quote)
        end += text[end] == u'\\' ? 2 : 1;
    end = std::min(end + 1, static_cast<int>(text.size()));
    setFormat(at, end - at, theme_.color(ColorRole::SyntaxString));
    return end;
}

int SyntaxHighlighter::takeWord(const QString& text, int at) {
    int end = at;
    while (end < text.size() && isWordCharacter(text[end]))
        ++end;
    if (text[at].isDigit()) {
        setFormat(at, end - at, theme_.color(ColorRole::SyntaxNumber));
    } else if (rules_.keywords.contains(text.mid(at, end - at))) {
        setFormat(at, end - at, theme_.color(ColorRole::SyntaxKeyword));
    }
    return end;
}

}  // namespace dsm
