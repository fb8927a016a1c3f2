#include "app/services/texts/text_study.h"

#include <algorithm>
#include <utility>

#include "app/services/model/text_generator.h"

namespace dsm {

TextStudy::TextStudy(TextGenerator& generator, QObject* parent)
    : QObject(parent), generator_(generator) {
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMs);
    connect(&pause_, &QTimer::timeout, this, qOverload<>(&TextStudy::ask));
    connect(&generator_, &TextGenerator::studied, this, &TextStudy::take);
    // What gave way to a reply is asked again after it.
    connect(&generator_, &TextGenerator::generationFinished, this, [this] { askLater(); });
}

void TextStudy::setWish(const Wish& wish) {
    if (wish == wish_) return;
    const bool areThere = wish_.tokens || wish_.probabilities;
    wish_ = wish;
    problem_.clear();
    // What is known of the tokens stays known.
    if (areThere && (wish.tokens || wish.probabilities)) {
        Q_EMIT tokensChanged();
    } else {
        countTokens();
    }
    askLater();
}

void TextStudy::setText(const QString& text, qsizetype place) {
    const bool isOther = std::exchange(text_, text) != text;
    const bool isElsewhere = std::exchange(place_, place) != place || isOther;
    if (!isElsewhere) return;
    problem_.clear();
    drop();
    if (isOther) countTokens();
    if (likeliestAfter_ != before() && !likeliest_.isEmpty()) {
        likeliest_.clear();
        likeliestAfter_.reset();
        Q_EMIT likeliestChanged();
    }
    askLater();
}

void TextStudy::setPaused(bool isPaused) {
    if (std::exchange(isPaused_, isPaused) == isPaused) return;
    if (isPaused) {
        drop();
        pause_.stop();
        Q_EMIT stateChanged();
    } else {
        askLater();
    }
}

void TextStudy::refresh() {
    drop();
    problem_.clear();
    tokens_.clear();
    likeliest_.clear();
    likeliestAfter_.reset();
    countTokens();
    Q_EMIT likeliestChanged();
    askLater();
}

// A token's probability depends on what is before it alone: up to the first change they stay.
void TextStudy::countTokens() {
    const QList<TextToken> known = std::exchange(tokens_, {});
    hasProbabilities_ = false;
    if (wish_.tokens || wish_.probabilities) tokens_ = generator_.tokensOf(text_);
    const qsizetype common = std::min(known.size(), tokens_.size());
    for (qsizetype i = 0; i < common && known[i].id == tokens_[i].id; ++i)
        tokens_[i].logProbability = known[i].logProbability;
    Q_EMIT tokensChanged();
}

qsizetype TextStudy::tokenAt(qsizetype place) const {
    const auto found = std::find_if(
        tokens_.begin(), tokens_.end(),
        [place](const TextToken& token) { return token.begin <= place && place < token.end; });
    return found == tokens_.end() ? -1 : found - tokens_.begin();
}

void TextStudy::drop() {
    if (asked_.id != 0) generator_.stop(std::exchange(asked_, {}).id);
}

void TextStudy::askLater() {
    if (isPaused_) return;
    pause_.start();
    Q_EMIT stateChanged();
}

void TextStudy::ask() {
    const bool isReady =
        !isPaused_ && asked_.id == 0 && problem_.isEmpty() && !generator_.modelName().isEmpty();
    if (isReady && wish_.likeliest && likeliestAfter_ != before()) {
        ask(before(), true);
    } else if (isReady && wish_.probabilities && !hasProbabilities_ && !text_.isEmpty()) {
        ask(text_, false);
    }
    Q_EMIT stateChanged();
}

void TextStudy::ask(const QString& text, bool isLikeliest) {
    asked_ = {generator_.newRequestId(), isLikeliest, text};
    generator_.study({asked_.id, text, isLikeliest ? kLikeliest : 0});
}

void TextStudy::take(quint64 id, const TextStudyResult& result) {
    if (asked_.id == 0 || id != asked_.id) return;
    const Asked asked = std::exchange(asked_, {});
    if (result.isStopped) return askLater();  // something was to be written
    problem_ = result.error;
    if (problem_.isEmpty() && asked.isLikeliest && asked.text == before()) {
        likeliest_ = result.likeliest;
        likeliestAfter_ = asked.text;
        Q_EMIT likeliestChanged();
    } else if (problem_.isEmpty() && !asked.isLikeliest && asked.text == text_) {
        tokens_ = result.tokens;
        hasProbabilities_ = true;
        Q_EMIT tokensChanged();
    }
    ask();
}

}  // namespace dsm
