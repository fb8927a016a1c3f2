// DownloadRow: one download, from waiting to the first chat: what it does, how far it is, and what
// can be done about it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/downloads/download_types.h"
#include "app/services/library/conversion_service.h"
#include "app/services/library/model_library.h"
#include "ui/downloads/file_checks.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace dsm {

class IconButton;
class Label;
class Theme;

enum class DownloadAction {
    Pause,
    Resume,
    Cancel,
    Convert,
    StopConversion,
    ResumeConversion,
    Chat,
    List,        // among the models, where it is not
    CheckFiles,  // again, by their hashes
    Dismiss
};

// All that a row shows.
struct DownloadContent {
    DownloadInfo download;
    LibraryModel model;     // of a finished one; folder "": not read yet
    Conversion conversion;  // of the model, under way; id 0: none
    FileCheck check;        // of a finished one
};

class DownloadRow : public QWidget {
    Q_OBJECT

  public:
    explicit DownloadRow(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const DownloadContent& content);
    const DownloadContent& content() const { return content_; }

    QPushButton* button() const { return button_; }
    QPushButton* secondButton() const { return second_; }
    IconButton* checkButton() const { return check_; }
    IconButton* dismissButton() const { return dismiss_; }
    QProgressBar* progress() const { return progress_; }
    QLabel* text() const { return text_; }

  Q_SIGNALS:
    void requested(dsm::DownloadAction action);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Choice {
        DownloadAction action;
        QString text;
        QString name;  // for screen readers
        bool isPrimary = false;
    };

    void makeLayout();
    void applyTheme();
    void showContent();
    void showSource();
    void showProgress();
    QList<Choice> choices() const;
    QList<Choice> finishedChoices(const QString& title) const;
    QString finishedText() const;
    bool tellsAFailure() const;
    void offer(QPushButton* button, const Choice* choice);

    const Theme& theme_;
    DownloadContent content_;
    Label* title_;
    QLabel* source_;
    QLabel* text_;
    QProgressBar* progress_;
    QPushButton* second_;
    QPushButton* button_;
    IconButton* check_;
    IconButton* dismiss_;
    DownloadAction buttonAction_ = DownloadAction::Pause;
    DownloadAction secondAction_ = DownloadAction::Cancel;
};

}  // namespace dsm
