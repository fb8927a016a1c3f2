#include "engine/serve/server.h"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/serve/access.h"
#include "engine/serve/http_answer.h"
#include "engine/serve/open_api.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using httplib::Request;
using httplib::Response;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t kThreads = 64;  // of requests; more wait to be accepted
constexpr std::size_t kLongestName = 80;
constexpr time_t kSlowestSeconds = 20;  // that a client may take for what it sends or takes next

AccessRules rulesOf(const ServeOptions& options) {
    AccessRules rules{.hosts = {"localhost", "127.0.0.1", "[::1]", options.host},
                      .origins = options.origins,
                      .key = options.key};
    rules.hosts.insert(rules.hosts.end(), options.hostNames.begin(), options.hostNames.end());
    return rules;
}

ServingOptions servingOf(const ServeOptions& options) {
    return {.name = options.name, .adapters = options.adapters, .limits = options.limits};
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
    Http(std::shared_ptr<ServingSource> source, const ServeOptions& options)
        : rules_(rulesOf(options)),
          source_(std::move(source)),
          created_(std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()) {
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
        server_.set_error_handler([this](const Request& request, Response& response) {
            if (response.body.empty()) answerUnknown(request, response);
        });
        server_.set_exception_handler([](const Request&, Response& response, std::exception_ptr) {
            answerError(response, 500, {ErrorCode::Internal, "The server could not answer."});
        });
        addRoutes();
    }
    ~Http() {
        server_.stop();
        // Whoever waits for an answer has it, and who is just being let in, too.
        while (thread_.joinable() && !hasEnded_) {
            source_->end();
            std::this_thread::sleep_for(5ms);
        }
        if (thread_.joinable()) thread_.join();
        source_->end();
    }

    Result<void> listen(const std::string& host, int port) {
        port_ = port == 0 ? server_.bind_to_any_port(host) : port;
        if (port_ <= 0 || (port != 0 && !server_.bind_to_port(host, port)))
            return failure(ErrorCode::Io, ReasonCode::ServerCannotListen,
                           {host, std::to_string(port)});
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
    std::vector<ServerClient> clients() const {
        const std::lock_guard lock(mutex_);
        return clients_;
    }

  private:
    void note(const Request& request) {
        const std::string agent = request.get_header_value("User-Agent").substr(0, kLongestName);
        ServerClient client{.name = agent, .address = request.remote_addr};
        const std::lock_guard lock(mutex_);
        const auto known = std::ranges::find_if(clients_, [&](const ServerClient& one) {
            return one.name == client.name && one.address == client.address;
        });
        if (known != clients_.end()) {
            client.requests = known->requests;
            clients_.erase(known);
        }
        ++client.requests;
        clients_.insert(clients_.begin(), std::move(client));
        if (clients_.size() > kMostClients) clients_.pop_back();
    }

    bool mayAsk(const Request& request, Response& response) {
        const std::string origin = request.get_header_value("Origin");
        const bool asksFirst = request.method == "OPTIONS";
        const Access access = judgeAccess(rules_, request.get_header_value("Host"), origin,
                                          request.get_header_value("Authorization"), asksFirst);
        if (access == Access::Allowed && !origin.empty()) {
            response.set_header("Access-Control-Allow-Origin", origin);
            response.set_header("Vary", "Origin");
        }
        if (access == Access::Allowed) {
            note(request);
            return true;
        }
        answerError(response, access == Access::WrongKey ? 401 : 403,
                    {ErrorCode::Unsupported, refusalOf(access)});
        return false;
    }

    // Answers by whoever serves, who is loaded for it where need be.
    template <class Answer>
    void answerBy(Response& response, Answer give) {
        auto serving = source_->use();
        if (!serving) return answerError(response, 503, serving.error());
        give(std::move(*serving));
    }

    // The body of a POST as JSON, given to `handle`; under /v1 too.
    template <class Handle>
    void post(const std::string& path, Handle handle) {
        const auto answered = [this, handle](const Request& request, Response& response) {
            const auto body = parseJson(request.body, "the body");
            if (!body) return answerError(response, 400, body.error());
            answerBy(response, [&](std::shared_ptr<Serving> serving) {
                handle(std::move(serving), *body, response);
            });
        };
        for (const std::string& each : {path, path.starts_with("/v1/") ? path : "/v1" + path}) {
            server_.Post(each, answered);
            allowed_[each] = "POST, OPTIONS";
        }
    }

    template <class Handle>
    void get(const std::string& path, Handle handle) {
        server_.Get(path, [handle](const Request&, Response& response) { handle(response); });
        allowed_[path] = "GET, HEAD, OPTIONS";
    }

    void answerUnknown(const Request& request, Response& response) {
        const auto known = allowed_.find(request.path);
        const bool isOtherMethod =
            known != allowed_.end() && known->second.find(request.method) == std::string::npos;
        if (isOtherMethod) response.set_header("Allow", known->second);
        answerError(
            response, isOtherMethod ? 405 : response.status,
            {ErrorCode::Unsupported, written(json(request.method)) + " of " +
                                         written(json(request.path)) + " is not answered here."});
    }

    void addRoutes() {
        server_.Options(".*", [](const Request&, Response& response) {
            response.set_header("Access-Control-Allow-Methods", "GET, POST");
            response.set_header("Access-Control-Allow-Headers", "Authorization, Content-Type");
            response.status = 204;
        });
        get("/health", [](Response& response) { answerJson(response, {{"status", "ok"}}); });
        get("/openapi.json", [](Response& response) { answerJson(response, openApi()); });
        get("/metrics", [this](Response& response) {
            const auto serving = source_->current();
            response.set_content(serving != nullptr ? serving->api().metrics() : std::string(),
                                 "text/plain; version=0.0.4");
        });
        get("/v1/models", [this](Response& response) {
            const auto serving = source_->current();
            std::optional<std::int64_t> limit;
            if (serving != nullptr) limit = serving->api().contextLimit();
            answerJson(response, modelList(source_->names(), created_, limit));
        });
        for (const char* path : {"/tokenizer_info", "/v1/tokenizer_info"})
            get(path, [this](Response& response) {
                answerBy(response, [&](const std::shared_ptr<Serving>& serving) {
                    answerJson(response, serving->api().tokenizerInfo());
                });
            });
        using Held = std::shared_ptr<Serving>;
        post("/tokenize", [](const Held& serving, const json& body, Response& response) {
            answer(response, serving->api().tokenize(body));
        });
        post("/detokenize", [](const Held& serving, const json& body, Response& response) {
            answer(response, serving->api().detokenize(body));
        });
        post("/v1/completions", [](const Held& serving, const json& body, Response& response) {
            answerReply(response, serving, serving->api().complete(body));
        });
        post("/v1/chat/completions", [](const Held& serving, const json& body, Response& response) {
            answerReply(response, serving, serving->api().chat(body));
        });
    }

    AccessRules rules_;
    std::shared_ptr<ServingSource> source_;
    std::int64_t created_;
    mutable std::mutex mutex_;
    std::vector<ServerClient> clients_;           // by mutex_
    std::map<std::string, std::string> allowed_;  // by path, methods
    httplib::Server server_;
    std::thread thread_;
    std::atomic<bool> hasEnded_ = false;
    int port_ = 0;
};

ApiServer::ApiServer() = default;
ApiServer::~ApiServer() = default;

Result<std::unique_ptr<ApiServer>> ApiServer::start(std::shared_ptr<ServingSource> source,
                                                    const ServeOptions& options) {
    if (options.key.empty() && !isLoopback(options.host))
        return failure(ErrorCode::Unsupported, ReasonCode::ServerNeedsKey, {options.host});
    std::unique_ptr<ApiServer> server(new ApiServer);
    server->http_ = std::make_unique<Http>(std::move(source), options);
    if (auto listening = server->http_->listen(options.host, options.port); !listening)
        return tl::unexpected(listening.error());
    return server;
}

Result<std::unique_ptr<ApiServer>> ApiServer::start(LanguageModel& model,
                                                    const ServeOptions& options) {
    auto serving = Serving::make(model, servingOf(options));
    if (!serving) return tl::unexpected(serving.error());
    return start(std::make_shared<ServingKeeper>(std::move(*serving), servingOf(options)), options);
}

Result<std::unique_ptr<ApiServer>> ApiServer::start(ServingKeeper::Loader load,
                                                    const ServeOptions& options) {
    auto keeper =
        std::make_unique<ServingKeeper>(std::move(load), servingOf(options), options.idleTime);
    if (!options.loadsOnDemand) {
        if (const auto serving = keeper->use(); !serving) return tl::unexpected(serving.error());
    }
    return start(std::move(keeper), options);
}

std::vector<ServerClient> ApiServer::clients() const {
    return http_->clients();
}

int ApiServer::port() const {
    return http_->port();
}

}  // namespace dsm
