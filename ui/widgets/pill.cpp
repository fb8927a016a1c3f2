#include "ui/widgets/pill.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>

#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kPillHeight = 22;
constexpr int kSidePadding = 9;

struct PillColors {
    ColorRole text;
    ColorRole surface;
};

PillColors colorsOf(Pill::Tone tone) {
    switch (tone) {
        case Pill::Tone::Accent:
            return {ColorRole::AccentText, ColorRole::AccentSurface};
        case Pill::Tone::Good:
            return {ColorRole::Success, ColorRole::SuccessSurface};
        case Pill::Tone::Warning:
            return {ColorRole::Warning, ColorRole::WarningSurface};
        case Pill::Tone::Bad:
            return {ColorRole::Danger, ColorRole::DangerSurface};
        case Pill::Tone::Neutral:
            break;
    }
    return {ColorRole::TextSecondary, ColorRole::SurfaceActive};
}

}  // namespace

Pill::Pill(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Pill::setContent(Tone tone, const QString& text, const QString& explanation) {
    setToolTip(explanation);
    setAccessibleDescription(explanation);
    if (tone == tone_ && text == text_) return;
    tone_ = tone;
    text_ = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const {
    const QFontMetrics metrics(theme_.font(TextStyle::Caption));
    return {metrics.horizontalAdvance(text_) + 2 * theme_.scaled(kSidePadding),
            std::max(theme_.scaled(kPillHeight), metrics.boundingRect(text_).height() + 4)};
}

void Pill::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const PillColors colors = colorsOf(tone_);
    drawRounded(painter, rect(), height() / 2.0, theme_.color(colors.surface));
    painter.setFont(theme_.font(TextStyle::Caption));
    painter.setPen(theme_.color(colors.text));
    painter.drawText(rect(), Qt::AlignCenter, text_);
}

}  // namespace dsm
