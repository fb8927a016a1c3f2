// Where the window is: on the screen, in the tray, or closed.
#include <QApplication>
#include <QCloseEvent>
#include <QSplitter>

#include "app/services/program/settings.h"
#include "ui/shell/close_question.h"
#include "ui/shell/main_window.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/sidebar_collapse.h"
#include "ui/shell/tray.h"
#include "ui/widgets/screen_fit.h"

namespace dsm {
namespace {

constexpr QSize kFirstWindowSize{1180, 780};

}  // namespace

void MainWindow::restorePlace() {
    if (!restoreOnScreen(this, parts_.settings.windowGeometry()))
        resize(fitToScreen(kFirstWindowSize, this));
    restoreSizes(splitter_, parts_.settings.windowLayout());
    setSidebarVisible(!sidebar_->isHidden());
}

void MainWindow::keepPlace() {
    // What the size of the window hid is not what somebody chose to hide.
    if (collapse_->isHidden()) sidebar_->show();
    parts_.settings.setWindowGeometry(saveGeometry());
    parts_.settings.setWindowLayout(splitter_->saveState());
}

void MainWindow::bringUp() {
    isEnding_ = false;
    showNormal();
    raise();
    activateWindow();
}

void MainWindow::end() {
    isEnding_ = true;
    // A window that is in the tray asks where it can be seen.
    if (!isVisible()) show();
    close();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    const bool isLeaving = isEnding_ || qApp->isSavingSession();
    if (!isLeaving && tray_->keepsRunning()) {
        keepPlace();
        hide();
        return event->ignore();
    }
    if (!closeQuestion_->mayClose()) return event->ignore();
    keepPlace();
    QMainWindow::closeEvent(event);
}

}  // namespace dsm
