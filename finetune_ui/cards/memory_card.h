// MemoryCard: what a run needs of the memory of what will train, the computer or its GPU, part by
// part, and whether that fits; why a GPU that is there will not train; and what the computer does
// beside one that will.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/training/job/run_forecast.h"
#include "finetune_ui/cards/form_card.h"

namespace dsm {

class PartsBar;
class Pill;

class MemoryCard : public FormCard {
    Q_OBJECT

  public:
    explicit MemoryCard(const Theme& theme, QWidget* parent = nullptr);

    // `isAtMost`: nothing has been read yet, every example counts as long as it may be.
    void showMemory(const RunMemory& memory, bool isAtMost);
    // Instead of numbers, a sentence.
    void showWords(const QString& text);
    // What stands beside the bar, and below it.
    QString said() const;

  private:
    void retranslate();
    QString presentNeed() const;
    // Why a GPU does not train, or what the computer does beside it; empty: neither.
    QString presentPlaces() const;

    Pill* verdict_;
    QLabel* words_;
    PartsBar* bar_;
    QLabel* places_;
    RunMemory memory_;
    bool isAtMost_ = true;
    QString text_;
};

QString presentMemoryKind(RunMemoryKind kind);
// "Fits", in a word or two.
QString presentVerdict(const RunMemory& memory);

}  // namespace dsm
