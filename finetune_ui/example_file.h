// ExampleFile: the file of examples a run learns from, by dialog, by typing or dropped on the page.
//
// Ownership  Borrows the draft and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/training/job_draft.h"

class QLineEdit;
class QPushButton;

namespace dsm {

class FormCard;
class JobSection;
class Theme;

class ExampleFile : public QWidget {
    Q_OBJECT

  public:
    ExampleFile(JobDraft& job, const Theme& theme, QWidget* parent = nullptr);

    QString missing() const;  // "" when complete
    void setFile(const QString& file);
    QLineEdit* field() const { return path_; }

  Q_SIGNALS:
    void changed();

  protected:
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void retranslate();
    void chooseFile();
    void showNow();

    JobDraft& job_;
    FormCard* card_;
    QLineEdit* path_;
    QPushButton* browse_;
    JobSection* form_;
};

}  // namespace dsm
