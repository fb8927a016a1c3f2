// What is asked of a desktop that has no bus of the system, as within some containers.
#include "app/services/program/desktop_link.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

namespace dsm {

class Portal : public QDBusVirtualObject {
  public:
    QList<QDBusMessage> asked;

    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override {
        asked.append(message);
        return bus.send(message.createReply());
    }
};

class DesktopLinkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void thePortalIsAskedWhereThereIsNoBusOfTheSystem() {
        QVERIFY(!QDBusConnection::systemBus().isConnected());
        Portal portal;
        QDBusConnection bus = QDBusConnection::connectToBus(
            QString::fromLatin1(qgetenv("DBUS_SESSION_BUS_ADDRESS")), QStringLiteral("desktop"));
        QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
        QVERIFY(bus.registerVirtualObject(QStringLiteral("/"), &portal, QDBusConnection::SubPath));
        DesktopLink link;
        link.stayAwake(QStringLiteral("A model is being trained"));
        QTRY_COMPARE(portal.asked.size(), 1);
        QCOMPARE(portal.asked.first().interface(),
                 QStringLiteral("org.freedesktop.portal.Inhibit"));
    }
};

}  // namespace dsm

int main(int argc, char** argv) {
    const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    if (program.isEmpty()) {
        qInfo("SKIP: dbus-daemon is not installed");
        return 0;
    }
    QProcess daemon;
    daemon.start(program, {QStringLiteral("--session"), QStringLiteral("--nofork"),
                           QStringLiteral("--print-address")});
    if (!daemon.waitForStarted() || !daemon.waitForReadyRead()) return 1;
    qputenv("DBUS_SESSION_BUS_ADDRESS", daemon.readLine().trimmed());
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    int result = 0;
    {
        QCoreApplication application(argc, argv);
        dsm::DesktopLinkTest test;
        result = QTest::qExec(&test, argc, argv);
    }
    daemon.terminate();
    daemon.waitForFinished();
    return result;
}
#include "desktop_link_test.moc"
