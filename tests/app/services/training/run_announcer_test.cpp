// Runs and the desktop, over a bus of the test's own with a desktop that is scripted.
#include "app/services/training/run_announcer.h"

#include <fcntl.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusError>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusUnixFileDescriptor>
#include <QDBusVirtualObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/services/training/scripted_runner.h"

namespace dsm {

using test::ScriptedRunner;

// Answers as a desktop would, and remembers what it was asked.
class ScriptedDesktop : public QDBusVirtualObject {
    Q_OBJECT

  public:
    QList<QDBusMessage> asked;
    bool hasLogin = true;
    int lockEnd = -1;  // readable at its end once the lock is let go

    QDBusMessage last(const char* member) const {
        for (auto one = asked.rbegin(); one != asked.rend(); ++one) {
            if (one->member() == QLatin1String(member)) return *one;
        }
        return {};
    }
    bool isLocked() const {
        if (lockEnd < 0) return false;
        char byte = 0;
        return ::read(lockEnd, &byte, 1) < 0;  // nothing to read, and not yet the end
    }
    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override {
        asked.append(message);
        if (message.interface() == QStringLiteral("org.freedesktop.login1.Manager")) {
            if (!hasLogin)
                return bus.send(message.createErrorReply(QDBusError::AccessDenied,
                                                         QStringLiteral("not today")));
            int ends[2] = {};
            if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return false;
            if (lockEnd >= 0) ::close(lockEnd);
            lockEnd = ends[0];
            const QDBusUnixFileDescriptor lock(ends[1]);
            ::close(ends[1]);
            return bus.send(message.createReply(QVariant::fromValue(lock)));
        }
        if (message.interface() == QStringLiteral("org.freedesktop.portal.Inhibit"))
            return bus.send(message.createReply(
                QVariant::fromValue(QDBusObjectPath(QStringLiteral("/request/1")))));
        if (message.member() == QStringLiteral("Notify"))
            return bus.send(message.createReply(uint{7}));
        return bus.send(message.createReply());
    }

  public Q_SLOTS:
    void update(const QDBusMessage& message) { asked.append(message); }
};

class RunAnnouncerTest : public QObject {
    Q_OBJECT

  public:
    explicit RunAnnouncerTest(const QString& address) : address_(address) {}

  private Q_SLOTS:
    void init();
    void cleanup();

    void staysAwakeShowsProgressAndNotifies();
    void asksThePortalWhereTheSystemRefuses();
    void aFailureIsNotifiedAsPlainText();

  private:
    qint64 start() {
        return training_->start(QStringLiteral("a <b> & c"), QStringLiteral("{}"),
                                folder_->filePath(QStringLiteral("run")));
    }

    const QString address_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ScriptedRunner> runner_;
    std::unique_ptr<EngineLease> lease_;
    std::unique_ptr<TrainingService> training_;
    std::unique_ptr<DesktopLink> link_;
    std::unique_ptr<RunAnnouncer> announcer_;
    std::unique_ptr<ScriptedDesktop> desktop_;
};

void RunAnnouncerTest::init() {
    desktop_ = std::make_unique<ScriptedDesktop>();
    QDBusConnection bus = QDBusConnection::connectToBus(address_, QStringLiteral("desktop"));
    QVERIFY(bus.isConnected());
    for (const char* name : {"org.freedesktop.Notifications", "org.freedesktop.login1",
                             "org.freedesktop.portal.Desktop"})
        QVERIFY(bus.registerService(QLatin1String(name)));
    QVERIFY(
        bus.registerVirtualObject(QStringLiteral("/"), desktop_.get(), QDBusConnection::SubPath));
    QVERIFY(bus.connect(QString(), QString(), QStringLiteral("com.canonical.Unity.LauncherEntry"),
                        QStringLiteral("Update"), desktop_.get(), SLOT(update(QDBusMessage))));
    folder_ = std::make_unique<QTemporaryDir>();
    runner_ = std::make_unique<ScriptedRunner>();
    lease_ = std::make_unique<EngineLease>();
    training_ = std::make_unique<TrainingService>(QString(), *lease_, runner_->runner());
    link_ = std::make_unique<DesktopLink>();
    announcer_ = std::make_unique<RunAnnouncer>(
        *training_, *link_, [](const ReasonShown& reason) { return reason.text; });
}

void RunAnnouncerTest::cleanup() {
    announcer_.reset();
    link_.reset();
    training_.reset();
    QDBusConnection::disconnectFromBus(QStringLiteral("desktop"));
    desktop_.reset();
}

void RunAnnouncerTest::staysAwakeShowsProgressAndNotifies() {
    runner_->limit = 10;
    const qint64 id = start();
    QTRY_VERIFY(desktop_->isLocked());
    QCOMPARE(desktop_->last("Inhibit").arguments().last().toString(), QStringLiteral("block"));
    const auto progress = [&] {
        return qdbus_cast<QVariantMap>(desktop_->last("Update").arguments().value(1));
    };
    QTRY_COMPARE(progress().value(QStringLiteral("progress")).toDouble(), 0.5);
    QVERIFY(progress().value(QStringLiteral("progress-visible")).toBool());
    QCOMPARE(desktop_->last("Update").arguments().value(0).toString(),
             QStringLiteral("application://deepseekmoe-desktop.desktop"));
    runner_->limit = 1000;
    QTRY_COMPARE(training_->job(id).state, TrainingState::Finished);
    QTRY_VERIFY(!progress().value(QStringLiteral("progress-visible")).toBool());
    QTRY_VERIFY(!desktop_->isLocked());
    QTRY_VERIFY(!desktop_->last("Notify").arguments().isEmpty());
    const QList<QVariant> note = desktop_->last("Notify").arguments();
    QCOMPARE(note.size(), 8);
    QCOMPARE(note[3].toString(), QStringLiteral("A run has finished"));
    QVERIFY(note[4].toString().contains(QStringLiteral("a &lt;b&gt; &amp; c")));
}

void RunAnnouncerTest::asksThePortalWhereTheSystemRefuses() {
    desktop_->hasLogin = false;
    runner_->limit = 1;
    const qint64 id = start();
    const auto portal = [&] {
        return desktop_->last("Inhibit").interface() ==
               QStringLiteral("org.freedesktop.portal.Inhibit");
    };
    QTRY_VERIFY(portal());
    QCOMPARE(desktop_->last("Inhibit").arguments()[1].toUInt(), 4U);
    QVERIFY(desktop_->last("Close").path().isEmpty());
    training_->pause(id);
    QTRY_COMPARE(desktop_->last("Close").path(), QStringLiteral("/request/1"));
    // A run that is paused is no end of it.
    QVERIFY(desktop_->last("Notify").arguments().isEmpty());
}

void RunAnnouncerTest::aFailureIsNotifiedAsPlainText() {
    runner_->failAt = 2;
    start();
    QTRY_VERIFY(!desktop_->last("Notify").arguments().isEmpty());
    const QList<QVariant> note = desktop_->last("Notify").arguments();
    QCOMPARE(note[3].toString(), QStringLiteral("A run has failed"));
    QCOMPARE(note[4].toString(), QStringLiteral("a &lt;b&gt; &amp; c: The loss is NaN."));
}

}  // namespace dsm

int main(int argc, char** argv) {
    // Both buses are one of the test's own; without its program, what is asked for is asked in vain.
    QProcess daemon;
    const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    QByteArray address("unix:path=/nonexistent/bus");
    if (!program.isEmpty()) {
        daemon.start(program, {QStringLiteral("--session"), QStringLiteral("--nofork"),
                               QStringLiteral("--print-address")});
        if (!daemon.waitForStarted() || !daemon.waitForReadyRead()) return 1;
        address = daemon.readLine().trimmed();
    }
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", address);
    int result = 0;
    {
        QCoreApplication application(argc, argv);
        if (program.isEmpty()) {
            qInfo("SKIP: dbus-daemon is not installed");
            dsm::DesktopLink link;
            link.notify(QStringLiteral("a"), QStringLiteral("b"));
            link.stayAwake(QStringLiteral("c"));
            link.showProgress(0.5);
        } else {
            dsm::RunAnnouncerTest test(QString::fromLatin1(address));
            result = QTest::qExec(&test, argc, argv);
        }
    }
    if (daemon.state() != QProcess::NotRunning) {
        daemon.terminate();
        daemon.waitForFinished();
    }
    return result;
}
#include "run_announcer_test.moc"
