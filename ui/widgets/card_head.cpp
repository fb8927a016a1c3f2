#include "ui/widgets/card_head.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/widgets/label.h"
#include "ui/widgets/pill.h"

namespace dsm {
namespace {

constexpr int kMarkSide = 36;
constexpr int kIconSide = 20;

}  // namespace

CardHead::CardHead(const Theme& theme, IconName mark, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      icon_(mark),
      mark_(new Label(this)),
      name_(new Label(this)),
      kind_(new Pill(theme, this)),
      lines_(new QVBoxLayout),
      row_(new QHBoxLayout(this)) {
    mark_->setAlignment(Qt::AlignCenter);
    mark_->setProperty("kind", QStringLiteral("icon"));
    name_->setElided(Qt::ElideMiddle);
    auto* title = new QHBoxLayout;
    title->setSpacing(space::kSmall);
    title->addWidget(name_);
    title->addWidget(kind_);
    title->addStretch(1);
    lines_->setSpacing(3);
    lines_->addLayout(title);
    row_->setContentsMargins(0, 0, 0, 0);
    row_->setSpacing(space::kMedium);
    row_->addWidget(mark_, 0, Qt::AlignTop);
    row_->addLayout(lines_, 1);
    connect(&theme, &Theme::changed, this, &CardHead::applyTheme);
    applyTheme();
}

void CardHead::setMark(IconName mark) {
    icon_ = mark;
    applyTheme();
}

void CardHead::setName(const QString& name) {
    name_->setText(name);
}

QString CardHead::name() const {
    return name_->text();
}

void CardHead::addLine(QWidget* line) {
    lines_->addWidget(line);
}

void CardHead::addAtEnd(QWidget* widget) {
    row_->addWidget(widget, 0, Qt::AlignTop);
}

void CardHead::applyTheme() {
    name_->setFont(theme_.font(TextStyle::Title));
    const int side = theme_.scaled(kMarkSide), icon = theme_.scaled(kIconSide);
    mark_->setFixedSize(side, side);
    mark_->setPixmap(
        theme_.icon(icon_, ColorRole::AccentText).pixmap(QSize(icon, icon), devicePixelRatioF()));
}

}  // namespace dsm
