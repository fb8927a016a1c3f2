// PromptsDialog: the prompts that a person keeps, to be written, renamed and taken away. Every change holds
// at once; what was taken away can be brought back while the dialog is open.
//
// Ownership  Borrows the settings.
// Threads    Main thread.
#pragma once

#include <optional>
#include <utility>

#include "ui/widgets/scroll_dialog.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace dsm {

class Settings;

class PromptsDialog : public ScrollDialog {
    Q_OBJECT

  public:
    explicit PromptsDialog(Settings& settings, QWidget* parent = nullptr);

    QListWidget* list() const { return list_; }
    QLineEdit* name() const { return name_; }
    QPlainTextEdit* text() const { return text_; }
    QPushButton* addButton() const { return add_; }
    QPushButton* removeButton() const { return remove_; }
    QPushButton* undoButton() const { return undo_; }

  protected:
    void done(int result) override;

  private:
    void makeLayout();
    void fill(const QString& chosen);
    void showChosen();
    void add();
    void remove();
    void undo();
    void rename();
    void storeText();
    QString freeName(const QString& wish) const;

    Settings& settings_;
    QListWidget* list_;
    QLineEdit* name_;
    QPlainTextEdit* text_;
    QLabel* note_;
    QPushButton* add_;
    QPushButton* remove_;
    QPushButton* undo_;
    QPushButton* close_;
    QString chosen_;
    std::optional<std::pair<QString, QString>> removed_;  // name and text
    bool isFilling_ = false;
};

}  // namespace dsm
