// ChoiceBox: a list to choose one of, whose text ends in dots where there is no room for it, and is
// then told by its tip. Escape in its open list closes that alone, and is no key of the page.
//
// Threads  Main thread.
#pragma once

#include <QComboBox>

namespace dsm {

class ChoiceBox : public QComboBox {
    Q_OBJECT

  public:
    explicit ChoiceBox(QWidget* parent = nullptr);

    // What is shown of the chosen text.
    QString shownText() const;

  protected:
    void initStyleOption(QStyleOptionComboBox* option) const override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QString fitting(const QStyleOptionComboBox& option) const;
};

}  // namespace dsm
