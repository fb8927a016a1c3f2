#include "ui/texts/token_marks.h"

#include <QPainter>
#include <QTextBlock>
#include <QTextLayout>
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

TokenMarks::TokenMarks(const Theme& theme, QObject* parent) : QObject(parent), theme_(theme) {}

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
    if (hadMarks || !marks_.isEmpty()) Q_EMIT changed();
}

TokenMarks::Stretch TokenMarks::lookOf(const Mark& mark) const {
    Stretch stretch{.begin = mark.begin, .end = mark.end};
    if (look_.shades && mark.shade > 0) stretch.background = color(mark.shade, theme_);
    if (!look_.boundaries || !mark.isOdd) return stretch;
    if (look_.shades) {
        stretch.isUnderlined = true;
    } else {
        stretch.background =
            mixed(theme_.color(ColorRole::Surface), theme_.color(ColorRole::Series1), kTint);
    }
    return stretch;
}

QList<TokenMarks::Stretch> TokenMarks::within(qsizetype begin, qsizetype end) const {
    QList<Stretch> stretches;
    auto mark = std::partition_point(marks_.cbegin(), marks_.cend(),
                                     [begin](const Mark& one) { return one.end <= begin; });
    for (; mark != marks_.cend() && mark->begin < end; ++mark) {
        Stretch stretch = lookOf(*mark);
        stretch.begin = std::max(stretch.begin, begin);
        stretch.end = std::min(stretch.end, end);
        if (stretch.background.isValid() || stretch.isUnderlined) stretches.append(stretch);
    }
    return stretches;
}

void TokenMarks::paint(QPainter& painter, const QTextBlock& block, const QPointF& place) const {
    if (marks_.isEmpty()) return;
    const QRect asked = painter.viewport();
    for (int i = 0; i < block.layout()->lineCount(); ++i) {
        const QTextLine line = block.layout()->lineAt(i);
        const qreal top = place.y() + line.y();
        if (top > asked.bottom()) return;
        if (top + line.height() < asked.top()) continue;
        const qsizetype begin = block.position() + line.textStart();
        for (const Stretch& stretch : within(begin, begin + line.textLength())) {
            const qreal from = line.cursorToX(static_cast<int>(stretch.begin - block.position()));
            const qreal to = line.cursorToX(static_cast<int>(stretch.end - block.position()));
            QRectF behind(place.x() + std::min(from, to), top, std::abs(to - from), line.height());
            if (stretch.background.isValid()) painter.fillRect(behind, stretch.background);
            if (!stretch.isUnderlined) continue;
            behind.setTop(behind.bottom() - 1);
            painter.fillRect(behind, theme_.color(ColorRole::TextSecondary));
        }
    }
}

}  // namespace dsm
