// ImportRow: a model that is being brought into the library: how far it is, or what went wrong.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/library/model_import.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace dsm {

class Label;
class Theme;

class ImportRow : public QWidget {
    Q_OBJECT

  public:
    explicit ImportRow(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const Import& import);
    const Import& content() const { return import_; }

    QPushButton* button() const { return button_; }
    QPushButton* retryButton() const { return retry_; }
    QProgressBar* progress() const { return progress_; }
    QLabel* text() const { return text_; }

  Q_SIGNALS:
    void cancelRequested(qint64 id);  // also to take a failed one away
    void retryRequested(qint64 id);

  private:
    void applyTheme();
    void showContent();

    const Theme& theme_;
    Import import_;
    Label* title_;
    QLabel* text_;
    QProgressBar* progress_;
    QPushButton* retry_;
    QPushButton* button_;
};

}  // namespace dsm
