#include "engine/serve/http_answer.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

namespace dsm {
namespace {

using httplib::Response;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kStatusWait = 2s;
constexpr auto kLookInterval = 100ms;  // whether a client is still there

// Sends what came of a request, as events of a stream or at once.
class Sender {
  public:
    explicit Sender(Submitted submitted) : submitted_(std::move(submitted)) {
        submitted_.board->read([&](auto states) { sent_.resize(states.size()); });
    }

    // False where the client is gone, or the answer cannot be ended as it was begun.
    bool send(httplib::DataSink& sink) {
        const bool isDone = submitted_.board->hasEnded();
        if (submitted_.streams && !(isDone ? sendRest(sink) : sendPieces(sink))) return false;
        if (isDone && !submitted_.streams) return sendWhole(sink);
        if (isDone) return sink.done(), true;
        seen_ = submitted_.board->waitForMore(seen_, kLookInterval);
        return sink.is_writable();
    }
    void abandon() { submitted_.board->abandon(); }

  private:
    struct Sent {
        bool begun = false;
        bool ended = false;
        std::size_t tokens = 0;
    };

    static bool write(httplib::DataSink& sink, const std::string& text) {
        return sink.write(text.data(), text.size());
    }
    static bool sendEvent(httplib::DataSink& sink, const json& event) {
        return write(sink, "data: " + written(event) + "\n\n");
    }

    bool sendPieces(httplib::DataSink& sink) {
        std::vector<json> events;
        submitted_.board->read([&](std::span<const ReplyState> states) {
            for (std::size_t i = 0; i < states.size(); ++i)
                addEvents(i, states[i], events);
        });
        for (json& choice : events) {
            const json all = json::array({std::move(choice)});
            if (!sendEvent(sink, answerOf(submitted_.head, all, true))) return false;
        }
        return true;
    }
    void addEvents(std::size_t index, const ReplyState& state, std::vector<json>& events) {
        Sent& sent = sent_[index];
        if (submitted_.head.isChat && !sent.begun) events.push_back(beginningOf(index));
        const bool isNew = state.tokens.size() > sent.tokens || (state.end && !sent.ended);
        const std::string* echoed = sent.tokens == 0 ? submitted_.echoOf(index) : nullptr;
        if (isNew) events.push_back(pieceOf(submitted_.head, index, state, sent.tokens, echoed));
        sent = {.begun = true, .ended = state.end.has_value(), .tokens = state.tokens.size()};
    }
    bool sendRest(httplib::DataSink& sink) {
        if (const auto failed = submitted_.board->failure())
            return sendEvent(sink, errorOf(*failed, statusOf(*failed)));
        if (!sendPieces(sink)) return false;
        if (submitted_.tellsUsage) {
            json last = answerOf(submitted_.head, json::array(), true);
            last["usage"] = usage();
            if (!sendEvent(sink, last)) return false;
        }
        return write(sink, "data: [DONE]\n\n");
    }
    bool sendWhole(httplib::DataSink& sink) {
        // Too late for a status: a broken answer says as much.
        if (submitted_.board->failure()) return false;
        json choices = json::array();
        submitted_.board->read([&](std::span<const ReplyState> states) {
            for (std::size_t i = 0; i < states.size(); ++i)
                choices.push_back(choiceOf(submitted_.head, i, states[i], submitted_.echoOf(i)));
        });
        json whole = answerOf(submitted_.head, std::move(choices), false);
        whole["usage"] = usage();
        return write(sink, written(whole)) && (sink.done(), true);
    }
    json usage() const {
        json told;
        submitted_.board->read([&](std::span<const ReplyState> states) {
            told = usageOf(states, submitted_.choices);
        });
        return told;
    }

    Submitted submitted_;
    std::vector<Sent> sent_;
    std::size_t seen_ = 0;
};

}  // namespace

std::string written(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void answerJson(Response& response, const json& value) {
    response.set_content(written(value), kJsonType);
}

void answerError(Response& response, int status, const Error& error) {
    response.status = status;
    if (status == 429) response.set_header("Retry-After", "1");
    answerJson(response, errorOf(error, status));
}

void answer(Response& response, const Answered<json>& result) {
    if (!result) return answerError(response, result.error().status, result.error().error);
    answerJson(response, *result);
}

void answerReply(Response& response, std::shared_ptr<Serving> serving,
                 Answered<Submitted> submitted) {
    if (!submitted) return answerError(response, submitted.error().status, submitted.error().error);
    const std::shared_ptr<ReplyBoard> board = submitted->board;
    board->waitForMore(0, kStatusWait);
    if (const auto failed = board->failure())
        return answerError(response, statusOf(*failed), *failed);
    const char* type = submitted->streams ? "text/event-stream" : kJsonType;
    if (submitted->streams) response.set_header("Cache-Control", "no-store");
    auto sender = std::make_shared<Sender>(std::move(*submitted));
    response.set_chunked_content_provider(
        type, [sender](std::size_t, httplib::DataSink& sink) { return sender->send(sink); },
        [sender, serving = std::move(serving)](bool) { sender->abandon(); });
}

}  // namespace dsm
