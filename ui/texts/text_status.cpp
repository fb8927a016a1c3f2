#include "ui/texts/text_status.h"

#include <QLocale>
#include <QTimer>
#include <utility>

#include "app/services/model/text_generator.h"
#include "app/services/texts/text_service.h"
#include "ui/texts/text_editor.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kNearlyFullText = 0.85;

}  // namespace

TextStatus::TextStatus(TextService& texts, const TextGenerator& writer, const Theme& theme,
                       QWidget* parent)
    : Label(parent), texts_(texts), writer_(writer), theme_(theme), pause_(new QTimer(this)) {
    setWordWrap(true);
    pause_->setSingleShot(true);
    pause_->setInterval(kPauseMs);
    connect(pause_, &QTimer::timeout, this, &TextStatus::count);
    connect(&writer_, &TextGenerator::statusChanged, this, [this] {
        // Another model counts other tokens.
        const ModelStatus now = writer_.status();
        if (!now.isRemote() && now.isLoaded() != (fit_.room > 0)) return count();
        showWords();
    });
    connect(&writer_, &TextGenerator::modelChanged, this, &TextStatus::count);
    connect(&texts_, &TextService::writingChanged, this, &TextStatus::count);
    connect(&theme, &Theme::changed, this, &TextStatus::showWords);
    onLanguageChange(this, [this] { showWords(); });
}

void TextStatus::setContent(qint64 id, const QString& text) {
    const bool isOther = std::exchange(id_, id) != id;
    if (!isOther && text == text_) return;
    text_ = text;
    end_.clear();
    refused_.clear();
    if (isOther) return count();
    if (!pause_->isActive()) pause_->start();
}

void TextStatus::count() {
    pause_->stop();
    fit_ = texts_.fit(text_);
    showWords();
    Q_EMIT counted();
}

bool TextStatus::hasModel() const {
    return writer_.status().isLoaded();
}

bool TextStatus::canContinue() const {
    return hasModel() && !texts_.isWriting(id_) && fit_.fits();
}

void TextStatus::takeEnd(const GenerationOutcome& outcome) {
    const QLocale locale;
    switch (outcome.end) {
        case StopReason::MaximumTokens:
            end_ = tr("The model wrote the %1 tokens that it may at once; it can write on.")
                       .arg(locale.toString(outcome.statistics.generatedTokens));
            break;
        case StopReason::ContextFull:
            end_ = tr("The context is full: shorten the text to go on.");
            break;
        case StopReason::EndOfText:
            end_ = tr("The model ended its text here.");
            break;
        case StopReason::StopString:
        case StopReason::Cancelled:
        case StopReason::NotFinite:
            end_.clear();
    }
    count();
}

void TextStatus::refusePaste(qsizetype characters) {
    const QLocale locale;
    refused_ = tr("Not pasted: the text would have %1 characters, and at most %2 can be written. "
                  "Paste a part of it.")
                   .arg(locale.toString(characters), locale.toString(TextEditor::kLongest));
    showWords();
}

QString TextStatus::counts() const {
    if (fit_.room == 0) return {};
    const QLocale locale;
    const QString tokens = locale.toString(fit_.taken());
    const QString room = locale.toString(fit_.room);
    if (!fit_.fits()) {
        return tr("Too long: %1 tokens, and the context has room for %2. Shorten the text: nothing "
                  "is left out by itself.")
            .arg(tokens, room);
    }
    return tr("%1 of %2 tokens").arg(tokens, room);
}

QString TextStatus::state() const {
    const ModelStatus status = writer_.status();
    if (texts_.isWriting(id_)) {
        const QLocale locale;
        if (status.isWaiting) return tr("Waits for the training run. Esc gives up.");
        if (texts_.isWaiting(id_)) {
            if (texts_.isBehindAnother(id_))
                return tr("Waits until the model is done with another text. Esc gives up.");
            if (status.state == ModelState::Generating)
                return tr("Waits until the model is done with a reply. Esc gives up.");
        }
        if (status.promptTokens > 0) {
            return tr("The model reads: %1 of %2 tokens. Esc stops it.")
                .arg(locale.toString(status.promptRead), locale.toString(status.promptTokens));
        }
        return tr("The model is writing; you can go on when it is done. Esc stops it.");
    }
    if (status.state == ModelState::Loading) return tr("The model is loading…");
    if (!status.isLoaded()) return tr("No model is loaded: choose one below.");
    return end_;
}

void TextStatus::showWords() {
    QStringList said{refused_, counts(), state()};
    said.removeAll(QString());
    Label::setText(said.join(QStringLiteral(" · ")));
    setFont(theme_.font(TextStyle::Caption));
    const bool isNearlyFull = fit_.room > 0 && static_cast<double>(fit_.taken()) >
                                                   kNearlyFullText * static_cast<double>(fit_.room);
    setTone(this, !refused_.isEmpty() || !fit_.fits() ? ColorRole::Danger
                  : isNearlyFull                      ? ColorRole::Warning
                                                      : ColorRole::TextSecondary);
}

}  // namespace dsm
