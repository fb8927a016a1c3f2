#include "ui/shell/desktop_tray.h"

#include <xcb/xcb.h>

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusServiceWatcher>
#include <QGuiApplication>
#include <QSystemTrayIcon>
#include <cstdlib>
#include <memory>

namespace dsm {
namespace {

const QString kWatcher = QStringLiteral("org.kde.StatusNotifierWatcher");
constexpr int kAgainMs = 5000;

bool isOnBus() {
    const QDBusConnection bus = QDBusConnection::sessionBus();
    return bus.isConnected() && bus.interface()->isServiceRegistered(kWatcher);
}

template <class Reply>
auto owned(Reply* reply) {
    return std::unique_ptr<Reply, void (*)(void*)>(reply, std::free);
}

// A window that holds the selection of this screen's tray.
bool isOnX11() {
    auto* const x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    if (x11 == nullptr) return false;
    char* host = nullptr;
    int display = 0;
    int screen = 0;
    if (xcb_parse_display(nullptr, &host, &display, &screen) == 0) screen = 0;
    std::free(host);
    xcb_connection_t* const server = x11->connection();
    const QByteArray name = "_NET_SYSTEM_TRAY_S" + QByteArray::number(screen);
    const auto asked = xcb_intern_atom(server, 1, static_cast<uint16_t>(name.size()), name);
    const auto atom = owned(xcb_intern_atom_reply(server, asked, nullptr));
    if (atom == nullptr || atom->atom == XCB_ATOM_NONE) return false;
    const auto owner = owned(xcb_get_selection_owner_reply(
        server, xcb_get_selection_owner(server, atom->atom), nullptr));
    return owner != nullptr && owner->owner != XCB_WINDOW_NONE;
}

}  // namespace

DesktopTray::DesktopTray(QObject* parent) : QObject(parent) {
    auto* const watcher = new QDBusServiceWatcher(kWatcher, QDBusConnection::sessionBus(),
                                                  QDBusServiceWatcher::WatchForRegistration, this);
    connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, &DesktopTray::came);
    connect(&again_, &QTimer::timeout, this, &DesktopTray::came);
}

bool DesktopTray::isThere() {
    return (isOnBus() || isOnX11()) && QSystemTrayIcon::isSystemTrayAvailable();
}

void DesktopTray::setAwaited(bool isAwaited) {
    const bool hasX11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>() != nullptr;
    if (isAwaited && hasX11)
        again_.start(kAgainMs);
    else
        again_.stop();
}

}  // namespace dsm
