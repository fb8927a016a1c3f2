// DesktopTray: whether the desktop has a tray for icons, and the news of one that comes later.
//
// Qt asks for a tray on D-Bus once, and holds to the answer: it is asked only when one is there
// (org.kde.StatusNotifierWatcher), or the older one of X11 (_NET_SYSTEM_TRAY_Sn).
//
// Threads  Main thread.
#pragma once

#include <QObject>
#include <QTimer>

namespace dsm {

class DesktopTray : public QObject {
    Q_OBJECT

  public:
    explicit DesktopTray(QObject* parent = nullptr);

    static bool isThere();
    // While somebody waits for one, that of X11 is asked for now and then: nothing tells of it.
    void setAwaited(bool isAwaited);

  Q_SIGNALS:
    // There is one now, perhaps.
    void came();

  private:
    QTimer again_;
};

}  // namespace dsm
