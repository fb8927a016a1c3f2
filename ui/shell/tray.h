// Tray: the program's icon in the tray of the desktop, where the user wants one and the desktop has
// a tray, also one that comes later; and whether the program stays there when its window is closed.
//
// Nothing starts the program but its user.
//
// Ownership  The window's, which it borrows with the rest; owns the icon, its menu and the quick
//            window.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <functional>
#include <memory>

class QMenu;
class QSystemTrayIcon;
class QWidget;

namespace dsm {

class ChatService;
class DesktopTray;
class TextGenerator;
class QuickWindow;
class Settings;
class Theme;

class Tray : public QObject {
    Q_OBJECT

  public:
    Tray(QWidget& window, ChatService& chat, TextGenerator& writer, Settings& settings,
         const Theme& theme);
    ~Tray() override;

    // Of this desktop, now.
    static bool isAvailable();
    // Tests have no desktop.
    static inline std::function<bool()> availability;

    bool isShown() const { return icon_ != nullptr; }
    // Closing the window leaves the program in the tray: the user wants that, and gets it back there.
    bool keepsRunning() const;
    void askQuickly();

    DesktopTray* desktop() const { return desktop_; }
    QMenu* menu() const { return menu_.get(); }
    QuickWindow* quickWindow() const { return quick_.get(); }

  Q_SIGNALS:
    void windowRequested();
    void conversationRequested(qint64 conversationId);
    void endRequested();

  private:
    void refresh();
    void fillMenu();
    void applyTheme();

    QWidget& window_;
    ChatService& chat_;
    TextGenerator& writer_;
    Settings& settings_;
    const Theme& theme_;
    DesktopTray* desktop_;
    std::unique_ptr<QMenu> menu_;
    std::unique_ptr<QSystemTrayIcon> icon_;
    std::unique_ptr<QuickWindow> quick_;
};

}  // namespace dsm
