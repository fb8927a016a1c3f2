#include "finetune_ui/cards/memory_card.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
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
        case RunMemoryKind::Reserve:
            return words(QT_TRANSLATE_NOOP("MemoryCard", "Kept free"));
    }
    return {};
}

namespace {

bool isNarrow(const RunMemory& memory) {
    return memory.share() > RunMemory::kNarrowShare || memory.totalBytes > memory.freeBytes;
}

Pill::Tone toneOf(const RunMemory& memory) {
    if (!memory.fits()) return Pill::Tone::Bad;
    const bool isDoubtful = isNarrow(memory) || !memory.gpuRefusal.isEmpty();
    return isDoubtful ? Pill::Tone::Warning : Pill::Tone::Good;
}

}  // namespace

QString presentVerdict(const RunMemory& memory) {
    if (!memory.fits()) return MemoryCard::tr("Does not fit");
    if (isNarrow(memory)) return MemoryCard::tr("Tight");
    return memory.gpuRefusal.isEmpty() ? MemoryCard::tr("Fits") : MemoryCard::tr("On the CPU");
}

MemoryCard::MemoryCard(const Theme& theme, QWidget* parent)
    : FormCard(theme, parent),
      verdict_(new Pill(theme, this)),
      words_(makeNote(theme, this)),
      bar_(new PartsBar(theme, this)),
      places_(makeNote(theme, this)) {
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    row->addWidget(verdict_);
    row->addWidget(words_, 1);
    body()->addLayout(row);
    body()->addWidget(bar_);
    body()->addWidget(places_);
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

QString MemoryCard::presentNeed() const {
    const bool isOnGpu = !memory_.gpu.isEmpty();
    const QString sentence =
        isAtMost_ ? isOnGpu
                        ? tr("At most %1 of the %2 of %5, of which %3 are free; %4 numbers learn.")
                        : tr("At most %1 of %2, of which %3 are free; %4 numbers learn.")
        : isOnGpu ? tr("%1 of the %2 of %5, of which %3 are free; %4 numbers learn.")
                  : tr("%1 of %2, of which %3 are free; %4 numbers learn.");
    const QString said =
        sentence.arg(presentBytes(memory_.totalBytes), presentBytes(memory_.wholeBytes),
                     presentBytes(memory_.freeBytes), QLocale().toString(memory_.learningNumbers));
    return isOnGpu ? said.arg(memory_.gpu) : said;
}

QString MemoryCard::presentPlaces() const {
    if (!memory_.gpuRefusal.isEmpty()) {
        return inARow({presentReason(memory_.gpuRefusal),
                       tr("The CPU trains instead, in the memory of the computer.")});
    }
    QStringList said;
    if (memory_.pieceTokens > 0) {
        said << tr("Batches are computed in pieces of at most %1 tokens, for which there is room; "
                   "what a step learns from stays the same.")
                    .arg(QLocale().toString(memory_.pieceTokens));
    }
    if (memory_.layersOnCpu > 0) {
        said << tr("The CPU computes the experts of the last layers (%1 of %2), in %3 of the "
                   "computer's memory.")
                    .arg(QLocale().toString(memory_.layersOnCpu),
                         QLocale().toString(memory_.layersWithExperts),
                         presentBytes(memory_.expertsBesideBytes));
    }
    if (memory_.optimizerBesideBytes > 0) {
        said << tr("The optimizer's numbers lie in the computer's memory: %1.")
                    .arg(presentBytes(memory_.optimizerBesideBytes));
    }
    if (memory_.besideBytes > 0) {
        said << tr("Beside the GPU it takes at most %1 of the computer's memory.")
                    .arg(presentBytes(memory_.besideBytes));
    }
    return said.isEmpty() ? QString() : inARow(said);
}

QString MemoryCard::said() const {
    return places_->isHidden() ? words_->text() : words_->text() + u'\n' + places_->text();
}

void MemoryCard::retranslate() {
    setHeading(tr("Memory"));
    const bool isKnown = memory_.totalBytes > 0;
    verdict_->setVisible(isKnown);
    bar_->setVisible(isKnown);
    places_->setVisible(!presentPlaces().isEmpty());
    if (!isKnown) {
        words_->setText(text_);
        return;
    }
    verdict_->setContent(toneOf(memory_), presentVerdict(memory_));
    words_->setText(presentNeed());
    places_->setText(presentPlaces());
    QList<PartsBar::Part> parts;
    for (const RunMemory::Part& part : memory_.parts) {
        if (part.bytes == 0) continue;
        parts.append(
            {QStringLiteral("%1 %2").arg(presentMemoryKind(part.kind), presentBytes(part.bytes)),
             static_cast<double>(part.bytes)});
    }
    bar_->setParts(parts, static_cast<double>(memory_.wholeBytes),
                   static_cast<double>(memory_.freeBytes));
}

}  // namespace dsm
