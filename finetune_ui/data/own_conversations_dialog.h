// OwnConversationsDialog: chooses conversations of the history to learn from, and writes them into
// a file.
//
// Ownership  Borrows the export and the theme.
// Threads    Main thread.
#pragma once

#include "app/services/chat/conversation_export.h"
#include "ui/widgets/scroll_dialog.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace dsm {

class Theme;

class OwnConversationsDialog : public ScrollDialog {
    Q_OBJECT

  public:
    OwnConversationsDialog(ConversationExport& conversations, const Theme& theme,
                           QWidget* parent = nullptr);

    QLineEdit* searchField() const { return search_; }
    QCheckBox* ratedBox() const { return rated_; }
    QComboBox* folderChoice() const { return folder_; }
    QListWidget* list() const { return list_; }
    QPushButton* writeButton() const { return write_; }
    QString countText() const;

  Q_SIGNALS:
    void written(const dsm::ConversationsWritten& result);

  private:
    void makeLayout();
    void setTexts();
    ConversationFilter filter() const;
    void showMatching();
    void checkAll(bool isChecked);
    QList<qint64> checked() const;
    void showCount();

    ConversationExport& conversations_;
    const Theme& theme_;
    QLabel* heading_;
    QLabel* promise_;
    QLineEdit* search_;
    QComboBox* time_;
    QComboBox* folder_;
    QCheckBox* pinned_;
    QCheckBox* rated_;
    QListWidget* list_;
    QPushButton* all_;
    QPushButton* none_;
    QLabel* count_;
    QLabel* error_;
    QPushButton* write_;
    QPushButton* cancel_;
};

}  // namespace dsm
