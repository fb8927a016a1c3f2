#include "ui/widgets/number_field.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QRegularExpression>
#include <QStyle>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kTextSide = 12;
constexpr int kNotch = 120;           // of a wheel
constexpr int kMostDecimals = 6;      // as typed numbers are shown again
constexpr double kLeastPlain = 1e-8;  // below, zeros are hard to count
constexpr double kNoBound = 1e6;
constexpr double kNoBoundBelow = 1e-3;

std::optional<double> numberIn(const QString& text) {
    bool ok = false;
    // Marks of thousands are none here: 0,001 would be 1 where others write 0.001.
    QLocale own;
    own.setNumberOptions(QLocale::RejectGroupSeparator);
    QLocale written = QLocale::c();
    written.setNumberOptions(QLocale::RejectGroupSeparator);
    double number = own.toDouble(text, &ok);
    // As it is written elsewhere: in files, in other programs, with the other mark of decimals.
    if (!ok) number = written.toDouble(text, &ok);
    // Not 1,000, which may be a thousand.
    static const QRegularExpression thousands(QStringLiteral("^[1-9]\\d{0,2}(,\\d{3})+$"));
    if (!ok && !thousands.match(text.trimmed()).hasMatch())
        number = written.toDouble(QString(text).replace(u',', u'.'), &ok);
    return ok && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

}  // namespace

NumberField::NumberField(const Theme& theme, const Range& range, QWidget* parent)
    : QLineEdit(parent), theme_(theme), range_(range) {
    connect(this, &QLineEdit::textEdited, this, &NumberField::check);
    connect(this, &QLineEdit::editingFinished, this, &NumberField::finish);
    connect(&theme, &Theme::changed, this, &NumberField::fitMargins);
    onLanguageChange(this, [this] {
        fitMargins();
        check();
    });
    fitMargins();
}

void NumberField::setNone(const QString& text) {
    none_ = text;
    setPlaceholderText(text);
    check();
}

void NumberField::setUnit(const QString& unit) {
    unit_ = unit;
    fitMargins();
    check();
}

void NumberField::setValue(std::optional<double> value) {
    value_ = value;
    setText(value ? textOf(*value) : QString());
    check();
}

QString NumberField::textOf(double number) const {
    QLocale locale;
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    if (range_.isWhole) return locale.toString(number, 'f', 0);
    const double size = std::abs(number);
    if (size < kLeastPlain || size >= 1) return locale.toString(number, 'g', kMostDecimals);
    // 0.00002 and not 2e-05: as it is written everywhere else.
    QString text = locale.toString(
        number, 'f', kMostDecimals - 1 - static_cast<int>(std::floor(std::log10(size))));
    while (text.endsWith(locale.zeroDigit()))
        text.chop(locale.zeroDigit().size());
    if (text.endsWith(locale.decimalPoint())) text.chop(locale.decimalPoint().size());
    return text;
}

QString NumberField::rangeText() const {
    // A bound that nobody comes near would say nothing, and take the room of the number.
    const bool isOpen = range_.most >= kNoBound;
    const bool isPositive = range_.least > 0 && range_.least < kNoBoundBelow;
    QString range = QStringLiteral("%1 – %2").arg(textOf(range_.least), textOf(range_.most));
    if (isOpen) range = QStringLiteral("≥ %1").arg(textOf(range_.least));
    if (isPositive)
        range =
            isOpen ? QStringLiteral("> 0") : QStringLiteral("> 0, ≤ %1").arg(textOf(range_.most));
    return unit_.isEmpty() ? range : range + QLatin1Char(' ') + unit_;
}

bool NumberField::read(std::optional<double>& value) const {
    const QString typed = text().trimmed();
    if (typed.isEmpty()) {
        value = std::nullopt;
        return !none_.isEmpty();
    }
    value = numberIn(typed);
    return value && *value >= range_.least && *value <= range_.most &&
           (!range_.isWhole || *value == std::floor(*value));
}

void NumberField::check() {
    std::optional<double> ignored;
    const bool isValid = read(ignored);
    setAccessibleDescription(isValid ? rangeText()
                                     : tr("Not stored. Possible: %1").arg(rangeText()));
    if (std::exchange(isValid_, isValid) == isValid) return;
    setProperty("invalid", !isValid);
    style()->unpolish(this);
    style()->polish(this);
    update();
}

void NumberField::finish() {
    check();
    std::optional<double> typed;
    if (!read(typed) || typed == value_) return;
    value_ = typed;
    Q_EMIT valueChanged(value_);
}

void NumberField::stepBy(int steps) {
    std::optional<double> now;
    if (!read(now)) now = value_;
    // Counted in steps, so that ten tenths are one. None lies below the least.
    const double next = now ? (std::round(*now / range_.step) + steps) * range_.step : range_.least;
    const bool isBelow = steps < 0 && (!now || (next < range_.least && !none_.isEmpty()));
    setText(isBelow ? QString() : textOf(std::clamp(next, range_.least, range_.most)));
    finish();
}

void NumberField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) {
        stepBy(event->key() == Qt::Key_Up ? 1 : -1);
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void NumberField::wheelEvent(QWheelEvent* event) {
    const int notches = event->angleDelta().y() / kNotch;
    if (!hasFocus() || notches == 0) return event->ignore();
    stepBy(notches);
    event->accept();
}

void NumberField::fitMargins() {
    const QFontMetrics metrics(theme_.font(TextStyle::Caption));
    setTextMargins(0, 0, metrics.horizontalAdvance(rangeText()) + space::kSmall, 0);
    update();
}

void NumberField::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    // Numbers are read from the left in every window; the margin for these is at the right.
    painter.setLayoutDirection(Qt::LeftToRight);
    painter.setFont(theme_.font(TextStyle::Caption));
    painter.setPen(theme_.color(isValid_ ? ColorRole::TextTertiary : ColorRole::Danger));
    painter.drawText(rect().adjusted(kTextSide, 0, -kTextSide, 0),
                     Qt::AlignRight | Qt::AlignVCenter, rangeText());
}

}  // namespace dsm
