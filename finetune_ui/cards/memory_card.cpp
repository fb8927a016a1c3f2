#include "finetune_ui/cards/memory_card.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include "ui/widgets/language_change.h"
#include "ui/widgets/parts_bar.h"
#include "ui/widgets/pill.h"
#include "ui/words/model_presentation.h"

namespace dsm {

QString presentMemoryKind(RunMemoryKind kind) {
    const auto words = [](const char* text) {
        return QCoreApplication::translate("MemoryCard", text);
    };
    switch (kind) {
        case RunMemoryKind::Program:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "This program"));
        case RunMemoryKind::Weights:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Base model"));
        case RunMemoryKind::Learning:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "What learns"));
        case RunMemoryKind::Gradients:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Gradients"));
        case RunMemoryKind::Optimizer:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Optimizer"));
        case RunMemoryKind::Activations:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Activations"));
        case RunMemoryKind::Loss:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Loss"));
        case RunMemoryKind::Products:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Products"));
        case RunMemoryKind::Saving:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Saving"));
    }
    return {};
}

namespace {

bool isNarrow(const RunMemory& memory) {
    return memory.share() > RunMemory::kNarrowShare || memory.totalBytes > memory.freeBytes;
}

Pill::Tone toneOf(const RunMemory& memory) {
    if (!memory.fits()) return Pill::Tone::Bad;
    return isNarrow(memory) ? Pill::Tone::Warning : Pill::Tone::Good;
}

}  // namespace

QString presentVerdict(const RunMemory& memory) {
    if (!memory.fits()) return MemoryCard::tr("Does not fit");
    return isNarrow(memory) ? MemoryCard::tr("Tight") : MemoryCard::tr("Fits");
}

MemoryCard::MemoryCard(const Theme& theme, QWidget* parent)
    : FormCard(theme, parent),
      verdict_(new Pill(theme, this)),
      words_(makeNote(theme, this)),
      bar_(new PartsBar(theme, this)) {
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    row->addWidget(verdict_);
    row->addWidget(words_, 1);
    body()->addLayout(row);
    body()->addWidget(bar_);
    showWords({});
    retranslate();
    onLanguageChange(this, [this] { retranslate(); });
}

void MemoryCard::showWords(const QString& text) {
    text_ = text;
    memory_ = {};
    retranslate();
}

void MemoryCard::showMemory(const RunMemory& memory, bool isAtMost) {
    memory_ = memory;
    isAtMost_ = isAtMost;
    text_.clear();
    retranslate();
}

void MemoryCard::retranslate() {
    setHeading(tr("Memory"));
    const bool isKnown = memory_.totalBytes > 0;
    verdict_->setVisible(isKnown);
    bar_->setVisible(isKnown);
    if (!isKnown) {
        words_->setText(text_);
        return;
    }
    verdict_->setContent(toneOf(memory_), presentVerdict(memory_));
    const QString needed = presentBytes(memory_.totalBytes);
    const QString sentence = isAtMost_
                                 ? tr("At most %1 of %2, of which %3 are free; %4 numbers learn.")
                                 : tr("%1 of %2, of which %3 are free; %4 numbers learn.");
    words_->setText(sentence.arg(needed, presentBytes(memory_.computerBytes),
                                 presentBytes(memory_.freeBytes),
                                 QLocale().toString(memory_.learningNumbers)));
    QList<PartsBar::Part> parts;
    for (const RunMemory::Part& part : memory_.parts) {
        parts.append(
            {QStringLiteral("%1 %2").arg(presentMemoryKind(part.kind), presentBytes(part.bytes)),
             static_cast<double>(part.bytes)});
    }
    bar_->setParts(parts, static_cast<double>(memory_.computerBytes),
                   static_cast<double>(memory_.freeBytes));
}

}  // namespace dsm
