// MainWindow: the sidebar, the conversation or the models, the status strip, and the keys that work
// anywhere.
//
// Ownership  Borrows everything in Parts, which outlives it.
// Threads    Main thread.
#pragma once

#include <QMainWindow>
#include <QPointer>
#include <QStringList>

#include "ui/widgets/window_page.h"

class QSplitter;
class QStackedWidget;

namespace dsm {

class AdapterLibrary;
class Banner;
class BenchmarkService;
class BenchmarksPage;
class ChatExport;
class Commands;
class ChatImport;
class ChatPage;
class CloseQuestion;
class CompareDialog;
struct ChatsBrought;
class DataNotices;
class ApiService;
class ChatService;
class ConversionService;
class DownloadService;
class Drafts;
class GpuService;
class ModelHost;
class ModelImport;
class ModelInUse;
struct ModelLoadChoices;
class ModelLibrary;
class ModelsPage;
class RemoteEngines;
class Settings;
class SettingsDialog;
class Sidebar;
class SidebarCollapse;
class SpellChecker;
class StatusStrip;
class TextService;
class TextsPage;
class Theme;
class Toast;
class Tray;
class TypingFocus;

class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    struct Parts {
        ChatService& chat;
        ModelHost& host;
        ModelInUse& writer;
        RemoteEngines& engines;
        AdapterLibrary& adapters;
        ModelLibrary& library;
        ModelImport& imports;
        ConversionService& conversions;
        DownloadService& downloads;
        Drafts& drafts;
        Settings& settings;
        const Theme& theme;
        GpuService& gpus;
        TextService& texts;
        QString demoModelFolder;         // "" when there is none
        WindowPage* finetune = nullptr;  // taken over; nullptr: there is none
        SpellChecker* spelling = nullptr;
        ApiService* api = nullptr;
        BenchmarkService* benchmarks = nullptr;
    };

    explicit MainWindow(const Parts& parts, QWidget* parent = nullptr);
    ~MainWindow() override;

    // What the user should know but does not have to answer.
    void showNotice(const QString& text);
    void newChat();
    void openConversation(qint64 id, qint64 messageId = 0, const QStringList& words = {});
    void showSettings();
    // Loads the folder with the choices of the settings and remembers it for the next start.
    // Where replies are being written it asks first.
    void loadModel(const QString& folder);
    // The same, in place of a model that is remembered still.
    void loadInstead(const QString& folder);
    // Lets the model at this address write from now on; the one on this computer is unloaded. Asks first
    // where replies are being written.
    void useEngine(qint64 id);
    void showModels();
    void showTexts();
    void showFinetune();
    void showBenchmarks();
    void showChat();
    // Out of the tray, too.
    void bringUp();
    // Closes the window and ends the program, also where closing alone leaves it in the tray.
    void end();

    Sidebar* sidebar() const { return sidebar_; }
    ChatPage* page() const { return page_; }
    ModelsPage* models() const { return models_; }
    TextsPage* texts() const { return texts_; }
    WindowPage* finetune() const { return parts_.finetune; }
    BenchmarksPage* benchmarks() const { return benchmarks_; }
    StatusStrip* strip() const { return strip_; }
    Toast* toast() const { return toast_; }
    // About the chats on the disk: above every page, until the user dismisses it.
    DataNotices* dataNotices() const { return dataNotices_; }
    // Adds the chats of these files and says what came.
    void importFiles(const QStringList& files);
    Commands* commands() const { return commands_; }
    Tray* tray() const { return tray_; }

  protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void makeLayout();
    void makeCommands();
    void addPlaces();
    void addChatCommands();
    void addTextCommands();
    void addHistoryCommands();
    void searchEverything();
    void findHere();
    void newTemporaryChat();
    void forkChat(qint64 messageId);
    void showPrompts();
    void showConnections();
    void showChatSettings();
    void showBranches();
    void showPalette();
    void showShortcuts();
    void makeConnections();
    void connectTexts();
    void checkSpelling();
    void applyTheme();
    void updateTitle();
    void restorePlace();
    void keepPlace();
    void setSidebarVisible(bool isVisible);
    // As somebody wants it.
    void chooseSidebar(bool isVisible);
    void chooseModelFolder();
    void loadDemoModel();
    void load(const QString& folder, bool fromDisk);
    void loadNow(const QString& folder, bool fromDisk);
    void unload();
    // The choices of the settings, for this folder.
    ModelLoadChoices choicesFor(const QString& folder) const;
    void goOnWithCpu(const QString& folder);
    void offerCpu(const QString& error);
    void takeLoadResult(bool ok, const QString& error);
    bool isModelsShown() const;
    bool isFinetuneShown() const;
    bool isChatShown() const;
    bool isTextsShown() const;
    bool isBenchmarksShown() const;
    void makeFinetune();
    void makeBenchmarks();
    void tryAdapter(const QString& adapterFolder, const QString& modelFolder);
    Banner* banner() const;  // of the page that is shown
    void connectChats();
    void showTrash();
    void showBackups();
    void exportChats(const QList<qint64>& chats);
    void printChat(qint64 id);
    void importChats();
    void showBrought(const ChatsBrought& brought);
    void offerOutOfArchive(qint64 conversationId, const QString& title);
    void offerUndo(qint64 conversationId, const QString& title);
    void showAbout();
    void compareAnswers();
    WindowPage::Origin originOf(const QString& resultFolder) const;
    CompareDialog* compare(const QString& modelFolder, const QString& adapterFolder, double scale);

    Parts parts_;
    Commands* commands_;
    ChatExport* export_;
    ChatImport* import_;
    QSplitter* splitter_;
    Sidebar* sidebar_;
    QStackedWidget* pages_;
    ChatPage* page_;
    TextsPage* texts_;
    ModelsPage* models_;
    BenchmarksPage* benchmarks_ = nullptr;  // there is none without its service
    StatusStrip* strip_;
    Toast* toast_;
    DataNotices* dataNotices_;
    SidebarCollapse* collapse_;
    TypingFocus* focus_;
    CloseQuestion* closeQuestion_;
    QPointer<SettingsDialog> settingsDialog_;
    Tray* tray_;
    bool isEnding_ = false;
};

}  // namespace dsm
