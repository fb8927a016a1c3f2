// FormCard: a card with a heading and, below it, what belongs there.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "ui/widgets/card.h"

class QVBoxLayout;

namespace dsm {

class FormCard : public Card {
    Q_OBJECT

  public:
    explicit FormCard(const Theme& theme, QWidget* parent = nullptr);

    // `note` "": none.
    void setHeading(const QString& heading, const QString& note = {});
    QVBoxLayout* body() const { return body_; }

  private:
    void applyTheme();

    QLabel* heading_;
    QLabel* note_;
    QVBoxLayout* body_;
};

// A label in the colour and size of explanations.
QLabel* makeNote(const Theme& theme, QWidget* parent);

}  // namespace dsm
