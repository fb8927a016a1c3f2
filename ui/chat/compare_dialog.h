// CompareDialog: the answers of a model without and with an adapter, side by side, to any question:
// one that is typed, one of the fixed prompts that the adapter's run answered, or one that it is told.
//
// A question that comes while another is answered takes its place; closing it stops what is still
// being written. What is asked here is kept in no conversation.
//
// Ownership  Borrows host and theme.
// Threads    Main thread.
#pragma once

#include <QDialog>
#include <QStringList>
#include <array>

#include "app/services/program/generation_types.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;

namespace dsm {

class MarkdownView;
class ModelHost;
class Theme;

class CompareDialog : public QDialog {
    Q_OBJECT

  public:
    struct Subject {
        QString modelFolder;  // that has to be loaded for it
        QString adapterFolder;
        double scale = 1;
        QStringList prompts = {};        // fixed ones; empty: none
        QString system = {};             // what each question follows; "": nothing
        GenerationChoices choices = {};  // how answers are drawn
    };

    CompareDialog(const Subject& subject, ModelHost& host, const Theme& theme,
                  QWidget* parent = nullptr);
    ~CompareDialog() override;

    void ask(const GenerationRequest& question);
    void ask(const QString& text);

    QComboBox* prompts() const { return prompts_; }
    QLineEdit* field() const { return field_; }
    QPushButton* askButton() const { return ask_; }
    MarkdownView* base() const { return base_; }
    MarkdownView* tuned() const { return tuned_; }
    QLabel* note() const { return note_; }
    // Nothing is being written: it is answered, or nothing was asked.
    bool isDone() const { return !isAsking_; }

  private:
    void makeLayout();
    void makeQuestion();
    QWidget* makeAnswers();
    void makeConnections();
    bool isReady() const;  // the model is there
    void showQuestion(const QString& text);
    void showAnswers(quint64 id, const QString& base, const QString& tuned, const QString& error);
    void showState();

    const Subject subject_;
    ModelHost& host_;
    const Theme& theme_;
    quint64 id_ = 0;  // of what was asked last; 0: nothing was
    bool isAsking_ = false;
    QString error_;
    QComboBox* prompts_;
    QLineEdit* field_;
    QPushButton* ask_;
    QScrollArea* asked_;
    QLabel* question_;
    QLabel* note_;
    MarkdownView* base_;
    MarkdownView* tuned_;
    std::array<QScrollArea*, 2> sides_{};
};

}  // namespace dsm
