// ColorScheme: whether the desktop asks for light or dark, and when that changes.
//
// Source    XDG desktop portal, org.freedesktop.portal.Settings: namespace
//           org.freedesktop.appearance, key color-scheme (0 none, 1 dark, 2 light).
// Threads   Main thread. The first answer arrives through changed(); nothing waits for the bus.
// Errors    Without a bus or a portal the preference stays NoPreference.
#pragma once

#include <QDBusVariant>
#include <QObject>
#include <QString>

namespace dsm {

enum class ColorPreference { NoPreference, Dark, Light };

class ColorScheme : public QObject {
    Q_OBJECT

  public:
    explicit ColorScheme(QObject* parent = nullptr);

    ColorPreference preference() const { return preference_; }

    // The portal's number for it; unknown numbers are NoPreference.
    static ColorPreference fromPortal(const QVariant& value);

  Q_SIGNALS:
    void changed(dsm::ColorPreference preference);

  private Q_SLOTS:
    void takeSetting(const QString& group, const QString& key, const QDBusVariant& value);

  private:
    void take(const QVariant& value);
    void ask();

    ColorPreference preference_ = ColorPreference::NoPreference;
};

}  // namespace dsm
