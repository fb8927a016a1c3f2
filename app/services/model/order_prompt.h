// What a model reads for an order to write.
//
// Threads  The model's.
// Errors   Unsupported: no text, or no room for it in the context, with numbers.
#pragma once

#include "app/services/model/write_order.h"
#include "engine/generate/language_model.h"
#include "kernels/base/result.h"

namespace dsm {

Result<LanguageModel::ChatPrompt> promptFor(const LanguageModel& model, const WriteOrder& order);

}  // namespace dsm
