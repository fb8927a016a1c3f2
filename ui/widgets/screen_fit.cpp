#include "ui/widgets/screen_fit.h"

#include <QScreen>
#include <QWidget>

namespace dsm {
namespace {

// About what a desktop puts around a window; its real frame is known only once it is shown.
constexpr QSize kFrame{16, 48};

}  // namespace

QSize fitToScreen(QSize wanted, const QWidget* window) {
    const QScreen* screen = window->screen();
    return screen == nullptr ? wanted
                             : wanted.boundedTo(screen->availableGeometry().size() - kFrame);
}

}  // namespace dsm
