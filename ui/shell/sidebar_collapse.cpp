#include "ui/shell/sidebar_collapse.h"

#include <QEvent>
#include <QWidget>
#include <utility>

#include "ui/widgets/theme.h"

namespace dsm {

SidebarCollapse::SidebarCollapse(QWidget* window, const QWidget* sidebar, const Theme& theme,
                                 std::function<void(bool)> show)
    : QObject(window), window_(window), sidebar_(sidebar), theme_(theme), show_(std::move(show)) {
    window->installEventFilter(this);
    connect(&theme, &Theme::changed, this, &SidebarCollapse::takeSize);
}

bool SidebarCollapse::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show) takeSize();
    return QObject::eventFilter(watched, event);
}

void SidebarCollapse::takeSize() {
    const bool isNarrow = window_->width() < theme_.scaled(kNarrow);
    if (std::exchange(isNarrow_, isNarrow) == isNarrow) return;
    if (isNarrow) {
        isHidden_ = !sidebar_->isHidden();
        show_(false);
    } else if (std::exchange(isHidden_, false)) {
        show_(true);
    }
}

}  // namespace dsm
