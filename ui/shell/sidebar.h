// Sidebar: New chat, search, the conversations and the way to the settings.
//
// Ownership  Borrows the service, the settings and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QBoxLayout;
class QLabel;
class QLineEdit;
class QListView;
class QModelIndex;
class QPushButton;
class QTimer;

namespace dsm {

class ChatService;
class ConversationDelegate;
class ConversationListModel;
class IconButton;
class Label;
class ListHeader;
class Settings;
class Theme;

class Sidebar : public QWidget {
    Q_OBJECT

  public:
    Sidebar(ChatService& chat, Settings& settings, const Theme& theme, QWidget* parent = nullptr);

    // Marks the conversation that is shown; 0 marks none.
    void setCurrent(qint64 conversationId);
    void focusSearch();
    void renameConversation(qint64 conversationId);

    QListView* list() const { return list_; }
    QLineEdit* searchField() const { return search_; }
    ListHeader* header() const { return header_; }
    QPushButton* newChatButton() const { return newChat_; }
    QPushButton* modelsButton() const { return models_; }
    QPushButton* textsButton() const { return texts_; }
    QPushButton* finetuneButton() const { return finetune_; }
    QPushButton* benchmarksButton() const { return benchmarks_; }
    enum class Place { Chat, Texts, Models, Finetune, Benchmarks };
    // Marks the way to the page that is shown.
    void setPlace(Place place);
    // Show the way to what not every program has.
    void offerFinetune();
    void offerBenchmarks();

  Q_SIGNALS:
    void newChatRequested();
    // messageId is not 0 when a found message was chosen.
    // `words` are those that were found in the message.
    void conversationChosen(qint64 conversationId, qint64 messageId, const QStringList& words);
    void conversationRemoved(qint64 conversationId, const QString& title);
    void conversationArchived(qint64 conversationId, const QString& title);
    void exportRequested(qint64 conversationId);
    void printRequested(qint64 conversationId);
    void textsRequested();
    void modelsRequested();
    void finetuneRequested();
    void benchmarksRequested();
    void settingsRequested();
    void aboutRequested();
    void hideRequested();
    // The reader turned to the conversation itself.
    void conversationActivated();
    // A title was being edited and is no longer.
    void renamingEnded();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeLayout();
    void makeConnections();
    void applyTheme();
    void retranslate();
    void showWays();
    void choose(const QModelIndex& index);
    void showMenu(const QModelIndex& index, const QPoint& globalPosition);
    void showFolderMenu(const QModelIndex& index, const QPoint& globalPosition);
    void askFolderName(const QString& folder);
    void removeConversation(const QModelIndex& index);
    static bool isFolder(const QModelIndex& index);
    void setFolded(const QModelIndex& folder, bool isFolded);
    bool takeFolderKey(const QModelIndex& folder, int key);
    void restoreCurrent();
    bool takeListKey(int key);
    bool takeSearchKey(int key);

    ChatService& chat_;
    Settings& kept_;
    const Theme& theme_;
    ConversationListModel* model_;
    ConversationDelegate* delegate_;
    QLabel* logo_;
    Label* name_;
    IconButton* hide_;
    QPushButton* newChat_;
    QLineEdit* search_;
    QAction* searchIcon_;
    QAction* clearSearch_;
    ListHeader* header_;
    QListView* list_;
    QPushButton* texts_;
    QPushButton* finetune_;
    QPushButton* benchmarks_;
    QPushButton* models_;
    QPushButton* settings_;
    QBoxLayout* ways_;  // to the other pages
    IconButton* about_;
    QTimer* searchTimer_;
    qint64 current_ = 0;
};

}  // namespace dsm
