// ExportDialog: chooses chats and a format, and has them written.
//
// Ownership  Borrows the services; a list that is written goes on when the dialog is closed.
// Threads    Main thread.
#pragma once

#include <QList>
#include <functional>

#include "app/services/transfer/chat_export.h"
#include "ui/widgets/scroll_dialog.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace dsm {

class ChatService;

class ExportDialog : public ScrollDialog {
    Q_OBJECT

  public:
    // Those of `chosen` are checked; none: all.
    ExportDialog(const ChatService& chat, ChatExport& out, const QList<qint64>& chosen,
                 QWidget* parent = nullptr);

    QListWidget* list() const { return list_; }
    QComboBox* formatChoice() const { return format_; }
    QLineEdit* searchField() const { return search_; }
    QPushButton* writeButton() const { return write_; }
    QLabel* note() const { return note_; }
    // A file of this name, or a folder where `name` is ""; the answer "" is neither.
    void setChooser(std::function<QString(const QString& name)> chooser) { chooser_ = chooser; }

  private:
    void makeLayout();
    void fillList();
    void showMatching();
    void checkShown(bool isChecked);
    void showCount();
    QList<qint64> checked() const;
    bool isOneFile(qsizetype chats) const;
    ChatFormat format() const;
    void write();
    QString ask(const QString& name);

    const ChatService& chat_;
    ChatExport& out_;
    const QList<qint64> chosen_;
    QLineEdit* search_;
    QListWidget* list_;
    QPushButton* all_;
    QPushButton* none_;
    QComboBox* format_;
    QLabel* note_;
    QPushButton* close_;
    QPushButton* write_;
    std::function<QString(const QString& name)> chooser_;
};

}  // namespace dsm
