// A model's measure for tests: each word is a token, and the oldest exchanges are left out where the
// words of all are more than the room.
#pragma once

#include "app/services/program/generation_types.h"

namespace dsm {

inline qint64 wordsOf(const QString& text) {
    return text.split(u' ', Qt::SkipEmptyParts).size();
}

inline PromptFit fitOfWords(const GenerationRequest& request, qint64 room) {
    PromptFit fit;
    fit.room = room;
    if (request.messages.isEmpty()) {
        fit.tokens = fit.read = wordsOf(request.rawText);
        return fit;
    }
    fit.tokens = wordsOf(request.messages.back().text) + wordsOf(request.replySoFar.text);
    fit.read = fit.tokens;
    qsizetype at = request.messages.size() - 1;
    qint64 sum = fit.tokens;
    for (qsizetype i = at - 1; i >= 0; --i) {
        sum += wordsOf(request.messages[i].text);
        if (request.messages[i].role != ChatRole::User) continue;
        if (sum > room) break;
        fit.read = sum;
        at = i;
    }
    const bool hasSystem = request.messages.front().role == ChatRole::System;
    fit.leftOut = at - (hasSystem ? 1 : 0);
    return fit;
}

}  // namespace dsm
