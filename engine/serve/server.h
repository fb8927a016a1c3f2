// ApiServer: the endpoints of api.h over HTTP.
//
//   GET  /v1/models /health /metrics /tokenizer_info /openapi.json
//   POST /v1/completions /v1/chat/completions /tokenize /detokenize
//
// Those of tokens answer under /v1 too. A stream is events of the server
// ("data: ..", the last one "[DONE]"). Who goes away frees his place within a token, but for one
// whose text is only scored, which is done with first; in the first two seconds of a request, while
// nothing is sent, it is not seen.
//
// Ownership Borrows the model, which computes for nobody else meanwhile; or has one loaded, and again
//           where it went while nobody asked (serving.h).
// Threads   start() and the destructor on one; requests are answered on threads of its own, the model
//           computes on another. The destructor ends what is under way.
// Errors    start(): Io where the address cannot be listened at; Unsupported where others than this
//           computer could ask without a key; those of ServingKeeper::use(), which are 503 later. All others are answers: {"error": {"message": ..}}.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/generate/language_model.h"
#include "engine/serve/serving.h"
#include "kernels/base/result.h"

namespace dsm {

struct ServeOptions {
    std::string host = "127.0.0.1";
    int port = 8080;        // 0: any that is free
    std::string name = {};  // of the model, in requests
    std::string key = {};   // "": none is needed
    std::vector<std::string> hostNames =
        {};                                 // that it may be called by, besides this computer's own
    std::vector<std::string> origins = {};  // pages that may ask
    std::vector<AdapterChoice> adapters = {};  // that are offered beside the model
    BatchLimits limits = {};
    bool loadsOnDemand = false;                                   // else before it listens
    std::optional<std::chrono::seconds> idleTime = std::nullopt;  // as ServingKeeper has it
};

inline constexpr std::size_t kMostRequestBytes = 8 << 20;

// Who has been answered: by what a program calls itself (its User-Agent, cut), and where it is.
struct ServerClient {
    std::string name;
    std::string address;
    std::uint64_t requests = 0;
};
inline constexpr std::size_t kMostClients = 16;  // that are remembered, those who asked last

class ApiServer {
  public:
    static Result<std::unique_ptr<ApiServer>> start(LanguageModel& model,
                                                    const ServeOptions& options);
    static Result<std::unique_ptr<ApiServer>> start(ServingKeeper::Loader load,
                                                    const ServeOptions& options);
    // Name, adapters and limits are the source's.
    static Result<std::unique_ptr<ApiServer>> start(std::shared_ptr<ServingSource> source,
                                                    const ServeOptions& options);
    ~ApiServer();
    ApiServer(const ApiServer&) = delete;
    ApiServer& operator=(const ApiServer&) = delete;

    int port() const;
    std::vector<ServerClient> clients() const;  // the latest first; from any thread

  private:
    class Http;
    ApiServer();
    std::unique_ptr<Http> http_;
};

}  // namespace dsm
