// FilesDialog: the files that were sent with a message, with what of them the model read marked.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QDialog>

#include "app/services/chat/attachment.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace dsm {

class Theme;

class FilesDialog : public QDialog {
    Q_OBJECT

  public:
    FilesDialog(QList<Attachment> attachments, QList<DocumentPointer> documents, const Theme& theme,
                QWidget* parent = nullptr);

    QComboBox* files() const { return files_; }
    QLabel* told() const { return told_; }
    QPlainTextEdit* text() const { return text_; }

  private:
    void showFile(int place);

    const QList<Attachment> attachments_;
    const QList<DocumentPointer> documents_;
    const Theme& theme_;
    QComboBox* files_;
    QLabel* told_;
    QPlainTextEdit* text_;
};

}  // namespace dsm
