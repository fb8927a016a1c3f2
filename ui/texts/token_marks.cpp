#include "ui/texts/token_marks.h"

#include <QTextBlock>
#include <QTextCharFormat>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kStrongest = 0.5;  // text stays readable on it
constexpr double kTint = 0.22;

QColor mixed(const QColor& base, const QColor& over, double share) {
    const auto part = [share](int from, int to) {
        return static_cast<int>(std::lround(from + share * (to - from)));
    };
    return {part(base.red(), over.red()), part(base.green(), over.green()),
            part(base.blue(), over.blue())};
}

}  // namespace

TokenMarks::TokenMarks(const Theme& theme, QObject* parent)
    : QSyntaxHighlighter(parent), theme_(theme) {
    connect(&theme, &Theme::changed, this, &TokenMarks::rehighlight);
}

int TokenMarks::shadeOf(double probability) {
    const auto found = std::find_if(std::begin(kLeast), std::end(kLeast),
                                    [probability](double least) { return probability >= least; });
    return found == std::end(kLeast) ? kShades - 1 : static_cast<int>(found - std::begin(kLeast));
}

QColor TokenMarks::color(int shade, const Theme& theme) {
    return mixed(theme.color(ColorRole::Surface), theme.color(ColorRole::Series2),
                 kStrongest * shade / (kShades - 1));
}

void TokenMarks::show(const QList<TextToken>& tokens, const Look& look) {
    const bool hadMarks = !marks_.isEmpty();
    look_ = look;
    marks_.clear();
    for (const TextToken& token : look.boundaries || look.shades ? tokens : QList<TextToken>()) {
        const int shade = token.logProbability ? shadeOf(std::exp(*token.logProbability)) : 0;
        const bool isPart = !marks_.isEmpty() && marks_.last().begin == token.begin;
        if (isPart) {
            // Of the parts of a character the unlikeliest counts.
            marks_.last().shade = std::max(marks_.last().shade, shade);
            continue;
        }
        const bool isOdd = !marks_.isEmpty() && !marks_.last().isOdd;
        marks_.append({token.begin, token.end, isOdd, shade});
    }
    if (hadMarks || !marks_.isEmpty()) rehighlight();
}

QTextCharFormat TokenMarks::formatOf(const Mark& mark) const {
    QTextCharFormat format;
    if (look_.shades && mark.shade > 0) format.setBackground(color(mark.shade, theme_));
    if (!look_.boundaries || !mark.isOdd) return format;
    if (look_.shades) {
        format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
        format.setUnderlineColor(theme_.color(ColorRole::TextSecondary));
    } else {
        format.setBackground(
            mixed(theme_.color(ColorRole::Surface), theme_.color(ColorRole::Series1), kTint));
    }
    return format;
}

void TokenMarks::highlightBlock(const QString& text) {
    const qsizetype begin = currentBlock().position();
    const qsizetype end = begin + text.size();
    auto mark = std::partition_point(marks_.cbegin(), marks_.cend(),
                                     [begin](const Mark& one) { return one.end <= begin; });
    for (; mark != marks_.cend() && mark->begin < end; ++mark) {
        const qsizetype first = std::max(mark->begin, begin);
        const qsizetype last = std::min(mark->end, end);
        setFormat(static_cast<int>(first - begin), static_cast<int>(last - first), formatOf(*mark));
    }
}

}  // namespace dsm
