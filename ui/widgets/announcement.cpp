#include "ui/widgets/announcement.h"

#include <QAccessible>
#include <QAccessibleWidget>

namespace dsm {
namespace {

QAccessibleInterface* makeNotification(const QString& className, QObject* object) {
    auto* announcement = qobject_cast<Announcement*>(object);
    const bool isOurs = announcement != nullptr && className == QLatin1String("dsm::Announcement");
    return isOurs ? new QAccessibleWidget(announcement, QAccessible::Notification) : nullptr;
}

void installNotifications() {
    static bool isInstalled = false;
    if (isInstalled) return;
    isInstalled = true;
    QAccessible::installFactory(makeNotification);
}

}  // namespace

Announcement::Announcement(QWidget* window) : QWidget(window) {
    installNotifications();
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setGeometry(0, 0, 1, 1);
}

void Announcement::say(QWidget* from, const QString& text) {
    if (!QAccessible::isActive() || text.isEmpty()) return;
    QWidget* window = from->window();
    auto* announcement = window->findChild<Announcement*>(QString(), Qt::FindDirectChildrenOnly);
    if (announcement == nullptr) announcement = new Announcement(window);
    announcement->hide();
    announcement->setAccessibleName(text);
    announcement->show();
}

}  // namespace dsm
