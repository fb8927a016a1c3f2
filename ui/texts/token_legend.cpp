#include "ui/texts/token_legend.h"

#include <QLocale>
#include <QPainter>
#include <QStringList>
#include <QVBoxLayout>
#include <cmath>

#include "app/services/program/said.h"
#include "app/services/texts/text_study.h"
#include "ui/texts/token_marks.h"
#include "ui/texts/token_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// From likely to unlikely, each with the least probability that it stands for.
class Shades : public QWidget {
  public:
    Shades(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override {
        return {theme_.scaled(320), theme_.lineHeight(TextStyle::Caption) + space::kTiny};
    }
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(theme_.font(TextStyle::Caption));
        for (int shade = 0; shade < TokenMarks::kShades; ++shade) {
            const int begin = width() * shade / TokenMarks::kShades;
            const int end = width() * (shade + 1) / TokenMarks::kShades;
            const QRect place(begin, 0, end - begin, height());
            painter.fillRect(place, TokenMarks::color(shade, theme_));
            painter.setPen(theme_.color(ColorRole::Text));
            const bool isLast = shade == TokenMarks::kShades - 1;
            const QLocale locale;
            const double least = 100 * TokenMarks::kLeast[isLast ? shade - 1 : shade];
            painter.drawText(
                place, Qt::AlignCenter,
                QStringLiteral("%1 %2 %").arg(QChar(isLast ? u'<' : u'≥'), locale.toString(least)));
        }
        painter.setPen(theme_.color(ColorRole::Border));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }

  private:
    const Theme& theme_;
};

}  // namespace

TokenLegend::TokenLegend(const TextStudy& study, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      study_(study),
      theme_(theme),
      shades_(new Shades(theme, this)),
      words_(new Label(this)) {
    words_->setWordWrap(true);
    words_->setProperty("tone", QStringLiteral("secondary"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kTiny);
    column->addWidget(shades_);
    column->addWidget(words_);
    connect(&study_, &TextStudy::tokensChanged, this, &TokenLegend::showAll);
    connect(&study_, &TextStudy::stateChanged, this, &TokenLegend::showAll);
    connect(&theme, &Theme::changed, this, &TokenLegend::showAll);
    onLanguageChange(this, [this] { showAll(); });
    showAll();
}

void TokenLegend::setPlace(qsizetype place) {
    place_ = place;
    showAll();
}

void TokenLegend::setRoom(bool isThere) {
    hasRoom_ = isThere;
    showAll();
}

void TokenLegend::showAll() {
    const TextStudy::Wish& wish = study_.wish();
    setVisible(hasRoom_ && (wish.tokens || wish.probabilities));
    shades_->setVisible(wish.probabilities);
    shades_->setAccessibleName(tr("The darker the shade, the less likely was the token"));
    shades_->setToolTip(shades_->accessibleName());
    shades_->updateGeometry();
    shades_->update();
    words_->setFont(theme_.font(TextStyle::Caption));
    // At the end it is the last one.
    const qsizetype here = study_.tokenAt(place_);
    const QString token =
        describeToken(study_.tokens(), here < 0 ? study_.tokenAt(place_ - 1) : here);
    QString state;
    if (wish.probabilities && !study_.problem().isEmpty()) {
        state = saidAgain(study_.problem());
    } else if (wish.probabilities && !study_.hasProbabilities() && study_.isBusy()) {
        state = tr("The model reads the text…");
    }
    QStringList said{state, token.isEmpty() && state.isEmpty()
                                ? tr("Put the cursor into the text to see its token.")
                                : token};
    said.removeAll(QString());
    words_->setText(said.join(QStringLiteral(" · ")));
}

}  // namespace dsm
