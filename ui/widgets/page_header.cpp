#include "ui/widgets/page_header.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeySequence>
#include <algorithm>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

constexpr int kHeaderHeight = 52;
constexpr int kButtonHeight = 34;

}  // namespace

PageHeader::PageHeader(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      showSidebar_(new IconButton(theme, IconName::Sidebar, 32, IconButton::Look::Plain, this)),
      newChat_(new IconButton(theme, IconName::NewChat, 32, IconButton::Look::Plain, this)),
      title_(new Label(this)),
      row_(new QHBoxLayout(this)) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    title_->installEventFilter(this);
    row_->setContentsMargins(space::kMedium, 0, space::kLarge, 0);
    row_->setSpacing(space::kTiny);
    row_->addWidget(showSidebar_);
    row_->addWidget(newChat_);
    row_->addSpacing(space::kSmall);
    row_->addWidget(title_, 1);
    connect(showSidebar_, &IconButton::clicked, this, &PageHeader::sidebarRequested);
    connect(newChat_, &IconButton::clicked, this, &PageHeader::newChatRequested);
    connect(&theme, &Theme::changed, this, &PageHeader::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    setSidebarHidden(false);
    applyTheme();
    retranslate();
}

void PageHeader::setSidebarHidden(bool isHidden) {
    showSidebar_->setVisible(isHidden);
    newChat_->setVisible(isHidden);
}

void PageHeader::setTitle(const QString& title) {
    whole_ = title.simplified();
    showTitle();
}

void PageHeader::showTitle() {
    title_->setText(title_->fontMetrics().elidedText(whole_, Qt::ElideRight, title_->width()));
}

bool PageHeader::eventFilter(QObject* watched, QEvent* event) {
    if (watched == title_ && event->type() == QEvent::Resize) showTitle();
    return QWidget::eventFilter(watched, event);
}

void PageHeader::applyTheme() {
    title_->setFont(theme_.font(TextStyle::InterfaceStrong));
    title_->setFixedHeight(std::max(kHeaderHeight, theme_.controlSide(kButtonHeight)));
    showTitle();
}

void PageHeader::retranslate() {
    showSidebar_->setName(tr("Show the sidebar"), QKeySequence(Qt::CTRL | Qt::Key_B));
    newChat_->setName(tr("New chat"), QKeySequence(Qt::CTRL | Qt::Key_N));
}

}  // namespace dsm
