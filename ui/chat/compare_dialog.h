// CompareDialog: the answers of a model before and after it was tuned, side by side, to any question:
// one that is typed, one of the fixed prompts that the run answered, or one that it is told.
//
// An adapter is put on and taken off. Of a model that was trained in full, and the one it was made
// from, only one fits into memory: they take turns (ModelPair), and the dialog says whose turn it is.
// While it stands nobody can write in the window, whose model comes and goes; once it is closed the
// tuned one is there again.
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

#include "app/services/model/model_pair.h"
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
        QString modelFolder;    // that has to be loaded for it
        QString adapterFolder;  // "": the model itself was tuned, of `baseFolder`
        double scale = 1;
        QStringList prompts = {};        // fixed ones; empty: none
        QString system = {};             // what each question follows; "": nothing
        GenerationChoices choices = {};  // how answers are drawn
        QString baseFolder = {};
        ModelPair::LoadChoices load = {};  // of either; with a baseFolder alone
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
    bool isDone() const;

    void done(int result) override;

  private:
    void makeLayout();
    void makeQuestion();
    QWidget* makeAnswers();
    void makeConnections();
    void listenToPair();
    bool isReady() const;  // a question can be asked
    void showSide(ModelPair::Side side, const QString& text);
    void showFailure(ModelPair::Side side, const QString& reason);
    QString nameOf(ModelPair::Side side) const;
    QString presentPair() const;
    QString presentState() const;
    void showQuestion(const QString& text);
    void showAnswers(quint64 id, const QString& base, const QString& tuned, const QString& error);
    void showState();

    const Subject subject_;
    ModelHost& host_;
    const Theme& theme_;
    ModelPair* pair_ = nullptr;  // nullptr: an adapter is compared
    quint64 id_ = 0;             // of what was asked last; 0: nothing was
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
