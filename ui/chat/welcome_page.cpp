#include "ui/chat/welcome_page.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// Below these heights of the page there is no room for the logo and for the small print.
constexpr int kRoomForLogo = 420;
constexpr int kRoomForModelLine = 330;

}  // namespace

ExampleCard::ExampleCard(const Theme& theme, QWidget* parent)
    : QAbstractButton(parent), theme_(theme) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumHeight(sizeHint().height());
    connect(&theme, &Theme::changed, this, [this] {
        setMinimumHeight(sizeHint().height());
        update();
    });
}

QSize ExampleCard::sizeHint() const {
    return {320, theme_.scaled(70)};
}

void ExampleCard::setTexts(const QString& topic, const QString& question) {
    topic_ = topic;
    question_ = question;
    setAccessibleName(tr("Ask: %1").arg(question));
    update();
}

void ExampleCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const bool isHot = underMouse() || isDown();
    drawRounded(painter, rect(), radius::kMedium + 2,
                theme_.color(isHot ? ColorRole::SurfaceHover : ColorRole::Surface),
                theme_.color(ColorRole::Border));
    if (hasFocus()) {
        drawFocusRing(painter, rect(), radius::kMedium + 2, theme_.color(ColorRole::AccentText));
    }
    const QRect inner = rect().adjusted(space::kLarge, 14, -space::kLarge, -14);
    painter.setFont(theme_.font(TextStyle::InterfaceStrong));
    painter.setPen(theme_.color(ColorRole::Text));
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop,
                     painter.fontMetrics().elidedText(topic_, Qt::ElideRight, inner.width()));
    painter.setFont(theme_.font(TextStyle::Small));
    painter.setPen(theme_.color(ColorRole::TextSecondary));
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignBottom,
                     painter.fontMetrics().elidedText(question_, Qt::ElideRight, inner.width()));
}

void ExampleCard::enterEvent(QEnterEvent*) {
    update();
}

void ExampleCard::leaveEvent(QEvent*) {
    update();
}

WelcomePage::WelcomePage(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      logo_(new Label(this)),
      title_(new Label(this)),
      subtitle_(new Label(this)),
      modelLine_(new Label(this)) {
    auto* grid = new QGridLayout;
    grid->setSpacing(space::kMedium);
    for (size_t i = 0; i < cards_.size(); ++i) {
        cards_[i] = new ExampleCard(theme, this);
        grid->addWidget(cards_[i], static_cast<int>(i / 2), static_cast<int>(i % 2));
        connect(cards_[i], &ExampleCard::clicked, this,
                [this, i] { Q_EMIT questionChosen(cards_[i]->question()); });
    }
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (QLabel* label : {logo_, title_, subtitle_, modelLine_}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(label != logo_);
    }
    column->addStretch(3);
    column->addWidget(logo_);
    column->addSpacing(space::kLarge);
    column->addWidget(title_);
    column->addSpacing(space::kSmall);
    column->addWidget(subtitle_);
    column->addSpacing(space::kHuge);
    column->addLayout(grid);
    column->addSpacing(space::kHuge);
    column->addWidget(modelLine_);
    column->addStretch(4);
    auto* center = new QWidget(this);
    center->setMaximumWidth(kColumnWidth);
    center->setLayout(column);
    auto* body = new QWidget(this);
    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(space::kHuge, 0, space::kHuge, 0);
    row->addStretch(1);
    row->addWidget(center, 1000);
    row->addStretch(1);
    auto* scroll = new PageScroll(this);
    scroll->setWidget(body);
    body->setAutoFillBackground(false);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    page->addWidget(scroll);
    connect(&theme, &Theme::changed, this, &WelcomePage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void WelcomePage::setModelLine(const QString& text) {
    modelLine_->setText(text);
}

void WelcomePage::setQuestionsShown(bool isShown) {
    for (ExampleCard* card : cards_)
        card->setVisible(isShown);
}

void WelcomePage::applyTheme() {
    logo_->setPixmap(theme_.icon(IconName::Logo).pixmap(QSize(56, 56), devicePixelRatioF()));
    title_->setFont(theme_.font(TextStyle::Display));
    subtitle_->setFont(theme_.font(TextStyle::Body));
    modelLine_->setFont(theme_.font(TextStyle::Small));
    setTone(subtitle_, ColorRole::TextSecondary);
    setTone(modelLine_, ColorRole::TextTertiary);
}

void WelcomePage::retranslate() {
    title_->setText(QStringLiteral("DeepSeekMoE Desktop"));
    subtitle_->setText(tr("A language model on your own computer. Nothing you write leaves it."));
    cards_[0]->setTexts(tr("This program"), tr("What can this program do?"));
    cards_[1]->setTexts(tr("The model"), tr("What is a mixture of experts model?"));
    cards_[2]->setTexts(tr("First steps"), tr("How do I use this program?"));
    cards_[3]->setTexts(tr("Who is answering"), tr("Who are you?"));
}

void WelcomePage::resizeEvent(QResizeEvent*) {
    logo_->setVisible(height() >= theme_.scaled(kRoomForLogo));
    modelLine_->setVisible(height() >= theme_.scaled(kRoomForModelLine));
}

}  // namespace dsm
