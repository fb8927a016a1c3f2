// MainWindow: the sidebar, the conversation and the status strip, and the keys that work anywhere.
//
// Ownership  Borrows everything in Parts, which outlives it.
// Threads    Main thread.
#pragma once

#include <QMainWindow>
#include <QPointer>

class QSplitter;

namespace dsm {

class ChatPage;
class ChatService;
class ModelHost;
class Settings;
class SettingsDialog;
class Sidebar;
class StatusStrip;
class Theme;
class Toast;

class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    struct Parts {
        ChatService& chat;
        ModelHost& host;
        Settings& settings;
        const Theme& theme;
        QString demoModelFolder;  // "" when there is none
    };

    explicit MainWindow(const Parts& parts, QWidget* parent = nullptr);

    // What the user should know but does not have to answer.
    void showNotice(const QString& text);
    void newChat();
    void openConversation(qint64 id, qint64 messageId = 0);
    void showSettings();
    // Loads the folder with the choices of the settings and remembers it for the next start.
    void loadModel(const QString& folder);

    Sidebar* sidebar() const { return sidebar_; }
    ChatPage* page() const { return page_; }
    StatusStrip* strip() const { return strip_; }
    Toast* toast() const { return toast_; }

  protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void makeLayout();
    void makeShortcuts();
    void makeConnections();
    void applyTheme();
    void updateTitle();
    void restorePlace();
    void setSidebarVisible(bool isVisible);
    void chooseModelFolder();
    void loadDemoModel();
    void takeLoadResult(bool ok, const QString& error);
    void offerUndo(qint64 conversationId, const QString& title);
    void showAbout();

    Parts parts_;
    QSplitter* splitter_;
    Sidebar* sidebar_;
    ChatPage* page_;
    StatusStrip* strip_;
    Toast* toast_;
    QPointer<SettingsDialog> settingsDialog_;
};

}  // namespace dsm
