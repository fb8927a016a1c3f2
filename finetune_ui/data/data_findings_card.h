// DataFindingsCard: what a data set would teach, in plain words: counts, what was refused, repeated
// or is in the evaluation, too, and what does not fit the model.
//
// Ownership  Borrows the study and the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/data/data_types.h"
#include "ui/widgets/card.h"

class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace dsm {

class DataStudy;
class FactList;

class DataFindingsCard : public Card {
    Q_OBJECT

  public:
    DataFindingsCard(const DataStudy& study, const Theme& theme, QWidget* parent = nullptr);

    // What the study knows, at this maximum length.
    void showStudy(int length);
    void showProgress(double share);
    // That it is being read; what was known before stays in sight.
    void showReading() { showState(); }

    // All that is said, a line each.
    QStringList lines() const;
    QPushButton* stopButton() const { return stop_; }
    QPushButton* exportButton() const { return export_; }
    QPushButton* chatTemplateButton() const { return chatTemplate_; }
    QPushButton* refusedButton() const { return refused_; }
    QPushButton* changesButton() const { return changes_; }

  Q_SIGNALS:
    void stopRequested();
    void readAllRequested();
    void exportRequested();
    void chatTemplateRequested();
    void refusedRequested();  // to see each of them
    void changesRequested();

  private:
    void makeLayout();
    void showState();
    void showFacts(int length);
    void showNotes();
    void addNote(const QString& text, ColorRole role);
    void addRepeats(const QString& text, const QList<DataRepeat>& rows);
    void applyTheme();
    void retranslate();

    const DataStudy& study_;
    QLabel* title_;
    QLabel* state_;
    QProgressBar* progress_;
    QPushButton* stop_;
    QPushButton* readAll_;
    FactList* facts_;
    QWidget* notes_;
    QVBoxLayout* noteList_;
    QPushButton* export_;
    QPushButton* chatTemplate_;
    QPushButton* refused_;
    QPushButton* changes_;
    int length_ = 0;
    int noteCount_ = 0;  // shown by the labels there are, from the first on
};

}  // namespace dsm
