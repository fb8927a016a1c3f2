// FactList: names of facts and what they are, beside each other, or below where that is too narrow.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QList>
#include <QWidget>

#include "ui/widgets/theme.h"

class QGridLayout;
class QLabel;

namespace dsm {

class FactList : public QWidget {
    Q_OBJECT

  public:
    struct Fact {
        QString name;
        QString value;
    };

    FactList(const Theme& theme, TextStyle valueStyle, QWidget* parent = nullptr);

    // What is shown already stays in its place where only words of it change.
    void setFacts(const QList<Fact>& facts);

    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Row {
        QLabel* name;
        QLabel* value;
    };

    void applyTheme();
    void place();
    void arrange();

    const Theme& theme_;
    const TextStyle valueStyle_;
    QGridLayout* grid_;
    QList<Row> rows_;
    bool isStacked_ = false;
};

}  // namespace dsm
