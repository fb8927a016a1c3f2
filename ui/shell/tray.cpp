#include "ui/shell/tray.h"

#include <QMenu>
#include <QSystemTrayIcon>
#include <QWidget>

#include "app/services/program/settings.h"
#include "ui/chat/quick_window.h"
#include "ui/shell/desktop_tray.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {

Tray::Tray(QWidget& window, ChatService& chat, TextGenerator& writer, Settings& settings,
           const Theme& theme)
    : QObject(&window),
      window_(window),
      chat_(chat),
      writer_(writer),
      settings_(settings),
      theme_(theme),
      desktop_(new DesktopTray(this)) {
    connect(desktop_, &DesktopTray::came, this, &Tray::refresh);
    connect(&settings, &Settings::trayChanged, this, &Tray::refresh);
    connect(&theme, &Theme::changed, this, &Tray::applyTheme);
    onLanguageChange(&window, [this] { fillMenu(); });
    refresh();
}

Tray::~Tray() = default;

bool Tray::isAvailable() {
    return availability ? availability() : DesktopTray::isThere();
}

bool Tray::keepsRunning() const {
    return isShown() && settings_.staysInTray() && isAvailable();
}

void Tray::refresh() {
    // One that is shown finds the tray of a desktop that went and came by itself.
    const bool isWanted = settings_.hasTray() && (isShown() || isAvailable());
    desktop_->setAwaited(settings_.hasTray() && !isWanted);
    if (isWanted == isShown()) return;
    if (!isWanted) {
        icon_.reset();
        menu_.reset();
        if (!window_.isVisible()) Q_EMIT windowRequested();
        return;
    }
    menu_ = std::make_unique<QMenu>();
    icon_ = std::make_unique<QSystemTrayIcon>();
    connect(icon_.get(), &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger) Q_EMIT windowRequested();
            });
    fillMenu();
    applyTheme();
    icon_->setContextMenu(menu_.get());
    icon_->show();
}

void Tray::fillMenu() {
    if (menu_ == nullptr) return;
    menu_->clear();
    connect(menu_->addAction(tr("Show the window")), &QAction::triggered, this,
            &Tray::windowRequested);
    connect(menu_->addAction(tr("Quick question…")), &QAction::triggered, this, &Tray::askQuickly);
    menu_->addSeparator();
    connect(menu_->addAction(tr("End the program")), &QAction::triggered, this,
            &Tray::endRequested);
    icon_->setToolTip(QStringLiteral("DeepSeekMoE Desktop"));
}

void Tray::applyTheme() {
    if (icon_ != nullptr) icon_->setIcon(theme_.icon(IconName::Logo));
}

void Tray::askQuickly() {
    if (quick_ == nullptr) {
        quick_ = std::make_unique<QuickWindow>(chat_, writer_, theme_);
        connect(quick_.get(), &QuickWindow::openRequested, this, &Tray::conversationRequested);
    }
    quick_->bringUp();
}

}  // namespace dsm
