#include "app/services/program/desktop_link.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusUnixFileDescriptor>
#include <QVariantMap>
#include <optional>

namespace dsm {
namespace {

const QString kDesktopFile = QStringLiteral("deepseekmoe-desktop");
const QString kName = QStringLiteral("DeepSeekMoE Desktop");

QDBusMessage methodOf(const char* service, const char* path, const char* interface,
                      const char* method) {
    return QDBusMessage::createMethodCall(QLatin1String(service), QLatin1String(path),
                                          QLatin1String(interface), QLatin1String(method));
}

}  // namespace

class DesktopLink::State {
  public:
    explicit State(DesktopLink* owner) : owner_(owner) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        release();
        showProgress(-1);
    }

    void notify(const QString& title, const QString& text) {
        QDBusMessage call =
            methodOf("org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                     "org.freedesktop.Notifications", "Notify");
        const QVariantMap hints{{QStringLiteral("desktop-entry"), kDesktopFile}};
        constexpr int kAsTheDesktopLikes = -1;
        // The body may be markup.
        call << kName << uint{0} << kDesktopFile << title << text.toHtmlEscaped() << QStringList()
             << hints << kAsTheDesktopLikes;
        session_.send(call);
    }
    void stayAwake(const QString& why) {
        if (why.isEmpty() == why_.isEmpty()) return;
        why_ = why;
        if (why.isEmpty()) return release();
        QDBusMessage call = methodOf("org.freedesktop.login1", "/org/freedesktop/login1",
                                     "org.freedesktop.login1.Manager", "Inhibit");
        call << QStringLiteral("sleep:idle") << kName << why << QStringLiteral("block");
        ask(QDBusConnection::systemBus(), call, [this](const QDBusMessage& answer) {
            const bool isGiven = answer.type() == QDBusMessage::ReplyMessage;
            if (!isGiven && !why_.isEmpty()) return askPortal();
            // Its lock lasts as long as the file is open.
            const auto lock = answer.arguments().value(0).value<QDBusUnixFileDescriptor>();
            if (isGiven && !why_.isEmpty()) lock_ = lock;
        });
    }
    void showProgress(double share) {
        const bool isShown = share >= 0;
        if (!isShown && !isShown_) return;
        isShown_ = isShown;
        QDBusMessage update = QDBusMessage::createSignal(
            QStringLiteral("/com/canonical/unity/launcherentry/1"),
            QStringLiteral("com.canonical.Unity.LauncherEntry"), QStringLiteral("Update"));
        update << QStringLiteral("application://%1.desktop").arg(kDesktopFile)
               << QVariantMap{{QStringLiteral("progress"), isShown ? share : 0.0},
                              {QStringLiteral("progress-visible"), isShown}};
        session_.send(update);
    }

  private:
    template <class Then>
    void ask(const QDBusConnection& bus, const QDBusMessage& call, Then then) {
        // A call to a bus that is not there is never answered.
        if (!bus.isConnected())
            return then(QDBusMessage::createError(QDBusError::Disconnected, QString()));
        auto* answer = new QDBusPendingCallWatcher(bus.asyncCall(call), owner_);
        QObject::connect(answer, &QDBusPendingCallWatcher::finished, owner_,
                         [answer, then](QDBusPendingCallWatcher*) {
                             answer->deleteLater();
                             then(answer->reply());
                         });
    }
    void askPortal() {
        constexpr uint kSuspend = 4;
        QDBusMessage call =
            methodOf("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop",
                     "org.freedesktop.portal.Inhibit", "Inhibit");
        call << QString() << kSuspend << QVariantMap{{QStringLiteral("reason"), why_}};
        ask(session_, call, [this](const QDBusMessage& answer) {
            if (answer.type() != QDBusMessage::ReplyMessage) return;
            request_ = answer.arguments().value(0).value<QDBusObjectPath>().path();
            if (why_.isEmpty()) release();  // it was no longer wanted
        });
    }
    void release() {
        lock_.reset();
        if (request_.isEmpty()) return;
        session_.send(QDBusMessage::createMethodCall(
            QStringLiteral("org.freedesktop.portal.Desktop"), request_,
            QStringLiteral("org.freedesktop.portal.Request"), QStringLiteral("Close")));
        request_.clear();
    }

    DesktopLink* owner_;
    QDBusConnection session_ = QDBusConnection::sessionBus();
    QString why_;
    std::optional<QDBusUnixFileDescriptor> lock_;  // of login1
    QString request_;                              // of the portal; "": none
    bool isShown_ = false;
};

DesktopLink::DesktopLink(QObject* parent)
    : QObject(parent), state_(std::make_unique<State>(this)) {}

DesktopLink::~DesktopLink() = default;

void DesktopLink::notify(const QString& title, const QString& text) {
    state_->notify(title, text);
}

void DesktopLink::stayAwake(const QString& why) {
    state_->stayAwake(why);
}

void DesktopLink::showProgress(double share) {
    state_->showProgress(share);
}

}  // namespace dsm
