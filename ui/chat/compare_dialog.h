// CompareDialog: the answers of a model without and with an adapter, side by side.
//
// Asks for both when it is made; closing it stops what is still being written.
//
// Ownership  Borrows host and theme.
// Threads    Main thread.
#pragma once

#include <QDialog>
#include <array>

#include "app/services/program/generation_types.h"

class QLabel;
class QScrollArea;

namespace dsm {

class MarkdownView;
class ModelHost;
class Theme;

class CompareDialog : public QDialog {
    Q_OBJECT

  public:
    CompareDialog(const GenerationRequest& question, ModelHost& host, const Theme& theme,
                  QWidget* parent = nullptr);
    ~CompareDialog() override;

    MarkdownView* base() const { return base_; }
    MarkdownView* tuned() const { return tuned_; }
    QLabel* note() const { return note_; }
    bool isDone() const { return isDone_; }

  private:
    void makeLayout(const GenerationRequest& question, const Theme& theme);
    void showAnswers(quint64 id, const QString& base, const QString& tuned, const QString& error);

    ModelHost& host_;
    const quint64 id_;
    bool isDone_ = false;
    QLabel* note_;
    MarkdownView* base_;
    MarkdownView* tuned_;
    std::array<QScrollArea*, 2> sides_{};
};

}  // namespace dsm
