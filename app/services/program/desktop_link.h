// DesktopLink: what the desktop can be asked for, over D-Bus: a notification, to stay awake, and
// progress in the task bar.
//
//   notification   org.freedesktop.Notifications
//   awake          org.freedesktop.login1, a "block" of sleep; where that refuses,
//                  org.freedesktop.portal.Inhibit
//   task bar       com.canonical.Unity.LauncherEntry, which Plasma, GNOME's docks and Unity read
//
// A desktop that has none of them is asked in vain, without a word.
//
// Threads   Main thread. Nothing waits for an answer.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

namespace dsm {

class DesktopLink : public QObject {
    Q_OBJECT

  public:
    explicit DesktopLink(QObject* parent = nullptr);
    ~DesktopLink() override;  // the desktop may sleep again, and its task bar shows nothing

    // Plain text, both.
    void notify(const QString& title, const QString& text);
    // Until it is "" again: why the computer shall not sleep by itself.
    void stayAwake(const QString& why);
    // From 0 to 1; below: nothing is shown.
    void showProgress(double share);

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
