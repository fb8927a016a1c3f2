#include "engine/serve/server.h"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/serve/access.h"
#include "engine/serve/api.h"

namespace dsm {
namespace {

using httplib::Request;
using httplib::Response;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t kThreads = 64;    // of requests; more wait to be accepted
constexpr time_t kSlowestSeconds = 20;  // that a client may take for what it sends or takes next
constexpr auto kStatusWait = 2s;
constexpr auto kLookInterval = 100ms;  // whether a client is still there
constexpr const char* kJson = "application/json";

std::string written(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void answerError(Response& response, int status, const Error& error) {
    response.status = status;
    if (status == 429) response.set_header("Retry-After", "1");
    response.set_content(written(errorOf(error, status)), kJson);
}

void answer(Response& response, const Answered<json>& result) {
    if (!result) return answerError(response, result.error().status, result.error().error);
    response.set_content(written(*result), kJson);
}

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

// For a moment nothing is sent: a failure until then has its status. Afterwards only sending shows
// whether the client is still there.
void answerReply(Response& response, Answered<Submitted> submitted) {
    if (!submitted) return answerError(response, submitted.error().status, submitted.error().error);
    const std::shared_ptr<ReplyBoard> board = submitted->board;
    board->waitForMore(0, kStatusWait);
    if (const auto failed = board->failure())
        return answerError(response, statusOf(*failed), *failed);
    const char* type = submitted->streams ? "text/event-stream" : kJson;
    if (submitted->streams) response.set_header("Cache-Control", "no-store");
    auto sender = std::make_shared<Sender>(std::move(*submitted));
    response.set_chunked_content_provider(
        type, [sender](std::size_t, httplib::DataSink& sink) { return sender->send(sink); },
        [sender](bool) { sender->abandon(); });
}

AccessRules rulesOf(const ServeOptions& options) {
    AccessRules rules{.hosts = {"localhost", "127.0.0.1", "[::1]", options.host},
                      .origins = options.origins,
                      .key = options.key};
    rules.hosts.insert(rules.hosts.end(), options.hostNames.begin(), options.hostNames.end());
    return rules;
}

const char* refusalOf(Access access) {
    switch (access) {
        case Access::WrongHost:
            return "The server is not known by the name that this request calls it. Start it with "
                   "--host-name to allow it.";
        case Access::WrongOrigin:
            return "Pages of this origin may not ask. Start the server with --origin to allow it.";
        default:
            return "The key is missing or wrong: Authorization: Bearer KEY.";
    }
}

}  // namespace

class ApiServer::Http {
  public:
    Http(LanguageModel& model, const ServeOptions& options)
        : rules_(rulesOf(options)),
          batch_(model, options.limits),
          api_(model, batch_, options.name) {
        server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
        server_.set_payload_max_length(kMostRequestBytes);
        server_.set_read_timeout(kSlowestSeconds);
        server_.set_write_timeout(kSlowestSeconds);
        server_.set_tcp_nodelay(true);
        // Not SO_REUSEPORT, which is the library's own: two servers would share an address unseen.
        server_.set_socket_options([](socket_t socket) {
            const int yes = 1;
            ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        server_.set_pre_routing_handler([this](const Request& request, Response& response) {
            return mayAsk(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                             : httplib::Server::HandlerResponse::Handled;
        });
        server_.set_error_handler([](const Request& request, Response& response) {
            if (response.body.empty())
                answerError(
                    response, response.status,
                    {ErrorCode::Unsupported, request.method + " " + written(json(request.path)) +
                                                 " is not answered here."});
        });
        server_.set_exception_handler([](const Request&, Response& response, std::exception_ptr) {
            answerError(response, 500, {ErrorCode::Internal, "The server could not answer."});
        });
        addRoutes();
    }
    ~Http() {
        batch_.end();  // whoever waits for an answer has it
        server_.stop();
        if (thread_.joinable()) thread_.join();
    }

    Result<void> listen(const std::string& host, int port) {
        port_ = port == 0 ? server_.bind_to_any_port(host) : port;
        if (port_ <= 0 || (port != 0 && !server_.bind_to_port(host, port)))
            return failure(ErrorCode::Io, "Nothing can listen at " + host + ":" +
                                              std::to_string(port) +
                                              ": another program does, or it is not an address of "
                                              "this computer. Choose another --port.");
        thread_ = std::thread([this] {
            server_.listen_after_bind();
            hasEnded_ = true;
        });
        // stop() is not heard by a server that has not begun.
        while (!server_.is_running() && !hasEnded_)
            std::this_thread::sleep_for(1ms);
        return {};
    }
    int port() const { return port_; }

  private:
    bool mayAsk(const Request& request, Response& response) {
        const std::string origin = request.get_header_value("Origin");
        const bool asksFirst = request.method == "OPTIONS";
        const Access access = judgeAccess(rules_, request.get_header_value("Host"), origin,
                                          request.get_header_value("Authorization"), asksFirst);
        if (access == Access::Allowed && !origin.empty()) {
            response.set_header("Access-Control-Allow-Origin", origin);
            response.set_header("Vary", "Origin");
        }
        if (access == Access::Allowed) return true;
        answerError(response, access == Access::WrongKey ? 401 : 403,
                    {ErrorCode::Unsupported, refusalOf(access)});
        return false;
    }

    // The body of a POST as JSON, given to `handle`; under /v1 too.
    template <class Handle>
    void post(const std::string& path, Handle handle) {
        const auto answered = [handle](const Request& request, Response& response) {
            const auto body = parseJson(request.body, "the body");
            if (!body) return answerError(response, 400, body.error());
            handle(*body, response);
        };
        server_.Post(path, answered);
        if (!path.starts_with("/v1/")) server_.Post("/v1" + path, answered);
    }

    void addRoutes() {
        server_.Options(".*", [](const Request&, Response& response) {
            response.set_header("Access-Control-Allow-Methods", "GET, POST");
            response.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type");
            response.status = 204;
        });
        server_.Get("/health", [](const Request&, Response& response) {
            response.set_content(R"({"status":"ok"})", kJson);
        });
        server_.Get("/metrics", [this](const Request&, Response& response) {
            response.set_content(api_.metrics(), "text/plain; version=0.0.4");
        });
        server_.Get("/v1/models", [this](const Request&, Response& response) {
            response.set_content(written(api_.models()), kJson);
        });
        for (const char* path : {"/tokenizer_info", "/v1/tokenizer_info"}) {
            server_.Get(path, [this](const Request&, Response& response) {
                response.set_content(written(api_.tokenizerInfo()), kJson);
            });
        }
        post("/tokenize", [this](const json& body, Response& response) {
            answer(response, api_.tokenize(body));
        });
        post("/detokenize", [this](const json& body, Response& response) {
            answer(response, api_.detokenize(body));
        });
        post("/v1/completions", [this](const json& body, Response& response) {
            answerReply(response, api_.complete(body));
        });
        post("/v1/chat/completions", [this](const json& body, Response& response) {
            answerReply(response, api_.chat(body));
        });
    }

    AccessRules rules_;
    BatchThread batch_;
    Api api_;
    httplib::Server server_;
    std::thread thread_;
    std::atomic<bool> hasEnded_ = false;
    int port_ = 0;
};

ApiServer::ApiServer() = default;
ApiServer::~ApiServer() = default;

Result<std::unique_ptr<ApiServer>> ApiServer::start(LanguageModel& model,
                                                    const ServeOptions& options) {
    if (options.key.empty() && !isLoopback(options.host))
        return failure(ErrorCode::Unsupported,
                       "At " + options.host +
                           " other computers could ask: give a key in the environment variable "
                           "DEEPSEEKMOE_API_KEY, or listen at 127.0.0.1.");
    std::unique_ptr<ApiServer> server(new ApiServer);
    server->http_ = std::make_unique<Http>(model, options);
    if (auto listening = server->http_->listen(options.host, options.port); !listening)
        return tl::unexpected(listening.error());
    return server;
}

int ApiServer::port() const {
    return http_->port();
}

}  // namespace dsm
