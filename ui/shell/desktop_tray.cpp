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

// nullptr: none, as on Wayland. A platform without a screen has the interface, too, but no server.
xcb_connection_t* serverOfX11() {
    if (QGuiApplication::platformName() != QLatin1String("xcb")) return nullptr;
    auto* const x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    return x11 != nullptr ? x11->connection() : nullptr;
}

// A window that holds the selection of this screen's tray.
bool isOnX11() {
    xcb_connection_t* const server = serverOfX11();
    if (server == nullptr) return false;
    char* host = nullptr;
    int display = 0;
    int screen = 0;
    if (xcb_parse_display(nullptr, &host, &display, &screen) == 0) screen = 0;
    std::free(host);
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
    if (isAwaited && serverOfX11() != nullptr)
        again_.start(kAgainMs);
    else
        again_.stop();
}

}  // namespace dsm
