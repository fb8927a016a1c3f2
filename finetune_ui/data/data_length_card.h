// DataLengthCard: the lengths of the rows, and the maximum length that cuts them: what it costs,
// and the lengths that would cost little.
//
// Ownership  Borrows the study and the theme.
// Threads    Main thread.
#pragma once

#include "ui/widgets/card.h"

class QPushButton;

namespace dsm {

class DataStudy;
class LengthHistogram;
class NumberField;

class DataLengthCard : public Card {
    Q_OBJECT

  public:
    DataLengthCard(const DataStudy& study, const Theme& theme, QWidget* parent = nullptr);

    int length() const;
    // Shows what the study knows.
    void showStudy(int length);

    LengthHistogram* histogram() const { return histogram_; }
    NumberField* field() const { return field_; }
    QPushButton* keep99Button() const { return keep99_; }
    QPushButton* keepAllButton() const { return keepAll_; }
    QString outcome() const;

  Q_SIGNALS:
    void lengthChosen(int length);

  private:
    void makeLayout();
    void makeConnections();
    void choose(int length);
    void showBars(int length);
    void showOutcome(int length);
    void applyTheme();
    void retranslate();

    const DataStudy& study_;
    QLabel* title_;
    QLabel* hint_;
    LengthHistogram* histogram_;
    QLabel* fieldLabel_;
    NumberField* field_;
    QPushButton* keep99_;
    QPushButton* keepAll_;
    QLabel* outcome_;
};

}  // namespace dsm
