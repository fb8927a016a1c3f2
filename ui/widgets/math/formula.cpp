#include "ui/widgets/math/formula.h"

#include <QCache>
#include <QGlyphRun>
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "ui/widgets/math/latex.h"
#include "ui/widgets/math/math_font.h"
#include "ui/widgets/math/math_layout.h"

namespace dsm {
namespace {

// The letters of the text are 1.25 times as high as those of the mathematical font.
constexpr double kTypeShare = 1.2;
constexpr int kMostKept = 2000;
// No layout is larger, whatever the source says.
constexpr double kLargest = 2000 * math::kEm;
// Shorter formulas are not broken.
constexpr double kLongestPiece = 10 * math::kEm;
constexpr double kLine = 0.05 * math::kEm;

QStringView latexOf(QStringView source) {
    if (source.startsWith(u"\\begin")) return source;
    const qsizetype sign = source.startsWith(u'$') && !source.startsWith(u"$$") ? 1 : 2;
    return source.size() < 2 * sign ? QStringView() : source.mid(sign, source.size() - 2 * sign);
}

using Read = std::shared_ptr<const std::optional<math::List>>;

Read readFormula(const QString& source) {
    static QCache<QString, Read> kept(kMostKept);
    if (const Read* known = kept.object(source)) return *known;
    auto read = std::make_shared<const std::optional<math::List>>(math::readLatex(latexOf(source)));
    kept.insert(source, new Read(read));
    return read;
}

// Thin rules are as sharp as the screen can show them.
void paintRule(QPainter& painter, QRectF rule) {
    const double ratio = painter.device()->devicePixelRatioF();
    const auto sharp = [ratio](double length) {
        return std::max(1.0, std::round(length * ratio)) / ratio;
    };
    if (rule.height() < rule.width()) {
        const double middle = rule.center().y();
        rule.setHeight(sharp(rule.height()));
        rule.moveTop(std::round((middle - rule.height() / 2) * ratio) / ratio);
    } else {
        const double middle = rule.center().x();
        rule.setWidth(sharp(rule.width()));
        rule.moveLeft(std::round((middle - rule.width() / 2) * ratio) / ratio);
    }
    painter.fillRect(rule, painter.pen().color());
}

}  // namespace

double Formula::typeOf(double textPixels) {
    return textPixels * kTypeShare / math::kEm;
}

bool Formula::isDisplay(QStringView source) {
    return source.startsWith(u"\\[") || source.startsWith(u"$$") || source.startsWith(u"\\begin");
}

bool Formula::isReadable(const QString& source) {
    return readFormula(source)->has_value();
}

std::shared_ptr<const Formula> Formula::of(const QString& source, const QFont& words) {
    static QCache<QString, std::shared_ptr<const Formula>> kept(kMostKept);
    const math::MathFont& font = math::MathFont::instance();
    if (!font.isThere()) return nullptr;
    const QString key = words.families().join(u',') + u'\n' + source;
    if (const auto* known = kept.object(key)) return *known;
    const Read read = readFormula(source);
    std::shared_ptr<const Formula> formula;
    if (read->has_value()) {
        const auto style = isDisplay(source) ? math::Style::Display : math::Style::Text;
        const math::Layout layout(font, words);
        math::Box box = layout.list(**read, {style, false});
        const bool isFine = std::isfinite(box.width) && box.width >= 0 && box.width < kLargest &&
                            box.height() < kLargest;
        const bool isLong = box.width > kLongestPiece;
        if (isFine) {
            const std::shared_ptr<Formula> made(new Formula(std::move(box)));
            if (isLong) {
                for (math::Box& piece : layout.pieces(**read, {style, false}))
                    made->pieces_.emplace_back(new Formula(std::move(piece)));
            }
            formula = made;
        }
    }
    kept.insert(key, new std::shared_ptr<const Formula>(formula));
    return formula;
}

void Formula::paint(QPainter& painter, QPointF at, double textPixels, const QFont& words) const {
    const double type = typeOf(textPixels);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    std::map<double, std::pair<QList<quint32>, QList<QPointF>>> glyphs;  // by scale
    for (const math::Mark& mark : box_.marks) {
        const QPointF place = at + mark.at * type;
        switch (mark.kind) {
            case math::Mark::Kind::Glyph:
                glyphs[mark.scale].first.append(mark.glyph);
                glyphs[mark.scale].second.append(place);
                break;
            case math::Mark::Kind::Rule:
                paintRule(painter, {place, mark.size * type});
                break;
            case math::Mark::Kind::Line: {
                QPen pen = painter.pen();
                pen.setWidthF(kLine * type);
                const QPen before = painter.pen();
                painter.setPen(pen);
                painter.drawLine(place,
                                 place + QPointF(mark.size.width(), mark.size.height()) * type);
                painter.setPen(before);
                break;
            }
            case math::Mark::Kind::Words: {
                QFont font = words;
                font.setPixelSize(
                    std::max(1, static_cast<int>(std::lround(mark.scale * type * math::kEm))));
                if (mark.isBold) font.setWeight(QFont::DemiBold);
                font.setItalic(mark.isItalic);
                painter.setFont(font);
                painter.drawText(place, mark.words);
                break;
            }
        }
    }
    for (const auto& [scale, run] : glyphs) {
        QGlyphRun drawn;
        drawn.setRawFont(math::MathFont::instance().atSize(scale * type * math::kEm));
        drawn.setGlyphIndexes(run.first);
        drawn.setPositions(run.second);
        painter.drawGlyphRun({}, drawn);
    }
    painter.restore();
}

}  // namespace dsm
