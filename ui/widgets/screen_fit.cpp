#include "ui/widgets/screen_fit.h"

#include <QScreen>
#include <QWidget>
#include <algorithm>

namespace dsm {
namespace {

// About what a desktop puts around a window; its real frame is known only once it is shown.
constexpr QSize kFrame{16, 48};
// A window of which less is in sight can hardly be moved.
constexpr int kLeastSeen = 64;

}  // namespace

QSize fitToScreen(QSize wanted, const QWidget* window) {
    const QScreen* screen = window->screen();
    return screen == nullptr ? wanted
                             : wanted.boundedTo(screen->availableGeometry().size() - kFrame);
}

bool restoreOnScreen(QWidget* window, const QByteArray& geometry) {
    if (!window->restoreGeometry(geometry)) return false;
    const QScreen* screen = window->screen();
    if (screen == nullptr || window->isMaximized() || window->isFullScreen()) return true;
    const QRect room = screen->availableGeometry();
    const QSize least = window->minimumSize().expandedTo({kLeastSeen, kLeastSeen});
    QRect place(window->pos(), fitToScreen(window->size().expandedTo(least), window));
    if (!room.adjusted(0, 0, -kLeastSeen, -kLeastSeen).intersects(place))
        place.moveCenter(room.center());
    if (place.size() != window->size()) window->resize(place.size());
    if (place.topLeft() != window->pos()) window->move(place.topLeft());
    return true;
}

void placeOnScreen(QWidget* dialog) {
    const QWidget* parent = dialog->parentWidget();
    const QScreen* screen = dialog->screen();
    if (parent == nullptr || screen == nullptr) return;
    const QRect room = screen->availableGeometry();
    QRect place = dialog->rect();
    place.moveCenter(parent->window()->geometry().center());
    place.moveRight(std::min(place.right(), room.right()));
    place.moveBottom(std::min(place.bottom(), room.bottom()));
    place.moveLeft(std::max(place.left(), room.left()));
    place.moveTop(std::max(place.top(), room.top()));
    dialog->move(place.topLeft());
}

}  // namespace dsm
