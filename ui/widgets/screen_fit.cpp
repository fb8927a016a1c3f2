#include "ui/widgets/screen_fit.h"

#include <QDataStream>
#include <QGuiApplication>
#include <QScreen>
#include <QSplitter>
#include <QWidget>
#include <algorithm>
#include <cstdlib>

namespace dsm {
namespace {

// About what a desktop puts around a window; its real frame is known only once it is shown.
constexpr QSize kFrame{16, 48};
// A window of which less is in sight can hardly be moved.
constexpr int kLeastSeen = 64;
constexpr qint32 kSplitterMark = 0xff;
constexpr qsizetype kLongestState = 256;
constexpr qint64 kFarthest = 100'000;  // of a place, from the first screen

}  // namespace

QSize fitToScreen(QSize wanted, const QWidget* window) {
    const QScreen* screen = window->screen();
    return screen == nullptr ? wanted
                             : wanted.boundedTo(screen->availableGeometry().size() - kFrame);
}

bool restoreOnScreen(QWidget* window, const QByteArray& geometry) {
    if (!window->restoreGeometry(geometry)) return false;
    const QScreen* there = QGuiApplication::screenAt(window->geometry().center());
    const QScreen* screen = there != nullptr ? there : window->screen();
    if (screen == nullptr || window->isMaximized() || window->isFullScreen()) return true;
    const QRect room = screen->availableGeometry();
    const QPoint at = window->pos();
    const bool isFar = std::abs(qint64{at.x()}) > kFarthest || std::abs(qint64{at.y()}) > kFarthest;
    const QSize least = window->minimumSize().expandedTo({kLeastSeen, kLeastSeen});
    // Somebody may want one that is larger than the screen.
    const QSize size = window->size().expandedTo(least).boundedTo(2 * room.size());
    QRect place(isFar ? QPoint() : at, size);
    const QRect seen = room.adjusted(0, 0, -kLeastSeen, -kLeastSeen);
    if (isFar || !seen.intersects(place)) place.moveCenter(room.center());
    if (place.size() != window->size()) window->resize(place.size());
    if (place.topLeft() != window->pos()) window->move(place.topLeft());
    return true;
}

bool restoreSizes(QSplitter* splitter, const QByteArray& state) {
    // As QSplitter::saveState() writes it.
    QDataStream stream(state);
    qint32 mark = 0, version = 0, handleWidth = 0, orientation = 0;
    QList<int> sizes;
    bool isCollapsible = false, isOpaque = false;
    stream >> mark >> version;
    if (mark != kSplitterMark || state.size() > kLongestState) return false;
    stream >> sizes >> isCollapsible >> handleWidth >> isOpaque >> orientation;
    const bool isOwn = stream.status() == QDataStream::Ok && sizes.size() == splitter->count() &&
                       handleWidth == splitter->handleWidth() &&
                       orientation == static_cast<qint32>(splitter->orientation()) &&
                       isCollapsible == splitter->childrenCollapsible();
    const bool areSizes = std::all_of(sizes.begin(), sizes.end(),
                                      [](int size) { return size >= -1 && size <= kFarthest; });
    return isOwn && areSizes && splitter->restoreState(state);
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
