// What a model is asked for where a chat has grown longer than the context, and what it reads of
// the answer from then on.
//
// The model was not trained with system texts: a summary stands as the first exchange of what it
// reads.
//
// Threads  Any.
#pragma once

#include <QList>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "app/services/program/generation_types.h"
#include "app/store/stored_values.h"

namespace dsm {

// How many messages of a path its last summary stands for; 0: there is none.
std::ptrdiff_t endOfSummary(const std::vector<StoredMessage>& path);

QList<PromptMessage> summaryExchange(const QString& summary);

struct SummaryPlan {
    GenerationRequest request;  // that writes it; its id is the caller's
    qint64 upTo = 0;            // the last message it stands for
};

// What is to be summarized of a path that ends in a question and its reply, so that the newest
// exchanges stay within half the room. It is what fits into one request: a long chat takes several.
// nullopt: nothing but the question is left. `request` is that of the path, `fit` measures.
std::optional<SummaryPlan> planSummary(
    const std::vector<StoredMessage>& path, const GenerationRequest& request,
    const std::function<PromptFit(const GenerationRequest&)>& fit);

}  // namespace dsm
