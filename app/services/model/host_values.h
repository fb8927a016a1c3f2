// Host values: what crosses between the host of the model and its worker, in the types of either side.
//
// Threads  Any.
#pragma once

#include <QList>
#include <QString>
#include <string>
#include <vector>

#include "app/services/model/model_types.h"
#include "app/services/model/text_tokens.h"
#include "app/services/model/worker_types.h"
#include "app/services/model/write_order.h"
#include "app/services/program/generation_types.h"

namespace dsm {

QString fromUtf8(const std::string& text);
// In the language of the window, where the reason has a code.
QString words(const ToldError& told);
QList<int> toList(const std::vector<TokenId>& ids);

LoadOptions toOptions(const ModelLoadChoices& choices);
// Without what only the host knows: whether it is the demo model, and who waits.
ModelStatus toStatus(const WorkerStatus& now);

// Choices in their bounds, and a seed drawn where none was chosen.
WriteOrder toOrder(const GenerationRequest& request);
// The tokens of a text, with their scores where there are any; those that spell nothing are left out.
QList<TextToken> toTextTokens(const Tokenizer& tokenizer, const std::string& text,
                              const std::vector<TokenScore>& scores);
TextStudyResult toStudy(const worker_event::Studied& studied);
GenerationOutcome toOutcome(const worker_event::WriteEnded& ended);

}  // namespace dsm
