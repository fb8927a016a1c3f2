// DataRowsCard: the rows of a data set, page by page, as they would be fed.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/data/data_types.h"
#include "ui/widgets/card.h"

class QPushButton;
class QVBoxLayout;

namespace dsm {

class DataExampleView;
class IconButton;
class NumberField;

class DataRowsCard : public Card {
    Q_OBJECT

  public:
    static constexpr int kRowsOfAPage = 5;

    explicit DataRowsCard(const Theme& theme, QWidget* parent = nullptr);

    // How many there are, at least while others are read. Goes back to the first page where the
    // page is no more; where it may come yet, what was shown stays to be seen.
    void setCount(qint64 rows, bool isWhole);
    bool isReadable() const { return first_ < count_; }  // the page, now
    void setRows(const QList<DataRow>& rows);
    qint64 first() const { return first_; }

    IconButton* nextButton() const { return next_; }
    IconButton* previousButton() const { return previous_; }
    NumberField* rowField() const { return row_; }
    QList<DataExampleView*> views() const;

  Q_SIGNALS:
    void pageRequested(qint64 first);
    void editRequested(qint64 index);
    void leaveOutRequested(qint64 index);

  private:
    void turn(qint64 first);
    void showPlace();
    void makeViews();
    void removeViews(qsizetype left);
    void addViews();
    void applyTheme();
    void retranslate();

    QLabel* title_;
    QLabel* hint_;
    IconButton* previous_;
    QLabel* place_;
    NumberField* row_;
    IconButton* next_;
    QVBoxLayout* list_;
    QList<DataRow> rows_;
    qint64 count_ = 0;
    qint64 first_ = 0;
};

}  // namespace dsm
