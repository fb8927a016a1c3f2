// AnswerCount: how many answers to each message are asked for at once.
//
// Threads  Main thread.
#pragma once

#include "ui/widgets/choice_box.h"

namespace dsm {

class AnswerCount : public ChoiceBox {
    Q_OBJECT

  public:
    explicit AnswerCount(int most, QWidget* parent = nullptr);

    int answers() const { return currentIndex() + 1; }

  private:
    void retranslate();
};

}  // namespace dsm
