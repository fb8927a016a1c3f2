// Api: the endpoints over one loaded model: from the body of a request to orders under way.
//
// Ownership Borrows the model and its batch.
// Threads   Any; the batch computes on its own.
// Errors    Refusal: the status of HTTP and what is wrong: 400 what request.h refuses, ids that the
//           model has not and texts too long for it; 404 another model; 429 too many wait already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "engine/generate/language_model.h"
#include "engine/serve/answer.h"
#include "engine/serve/batch_queue.h"
#include "engine/serve/reply_board.h"
#include "engine/serve/request.h"
#include "engine/serve/served_models.h"

namespace dsm {

struct Refusal {
    int status = 400;
    Error error;
};
template <class T>
using Answered = tl::expected<T, Refusal>;

// Orders under way, and how their answer is wanted.
struct Submitted {
    AnswerHead head;
    std::shared_ptr<ReplyBoard> board;
    std::size_t choices = 1;          // of each prompt
    std::vector<std::string> echoed;  // the text of each prompt, where it is wanted back
    bool streams = false;
    bool tellsUsage = false;

    // Of the order at this place; nullptr where nothing is echoed.
    const std::string* echoOf(std::size_t order) const {
        return echoed.empty() ? nullptr : &echoed[order / choices];
    }
};

class Api {
  public:
    // `models` are what requests may ask for, at least one.
    Api(const LanguageModel& model, BatchQueue& batch, std::vector<ServedModel> models);

    Answered<Submitted> complete(const nlohmann::json& body);
    Answered<Submitted> chat(const nlohmann::json& body);

    std::int64_t contextLimit() const { return model_.contextLimit(); }
    Answered<nlohmann::json> tokenize(const nlohmann::json& body) const;
    Answered<nlohmann::json> detokenize(const nlohmann::json& body) const;
    nlohmann::json tokenizerInfo() const;
    std::string metrics() const;  // in the text format of Prometheus

  private:
    Answered<ServedModel> served(const std::string& asked) const;
    Answered<std::vector<TokenId>> idsOf(const PromptForm& prompt) const;
    Answered<void> checkBias(const ReplyRequest& request) const;
    // The orders of one prompt are added.
    Answered<void> addOrders(const ReplyRequest& request, std::vector<TokenId> prompt, bool scores,
                             std::vector<Order>& orders) const;
    Answered<Submitted> submit(std::vector<Order> orders, const ReplyRequest& request,
                               const ServedModel& model, bool isChat);

    const LanguageModel& model_;
    BatchQueue& batch_;
    std::vector<ServedModel> models_;
};

}  // namespace dsm
