// ApiServer: the endpoints of api.h over HTTP.
//
//   GET  /v1/models /health /metrics /tokenizer_info
//   POST /v1/completions /v1/chat/completions /tokenize /detokenize
//
// The last three and /tokenizer_info answer under /v1 too. A stream is events of the server
// ("data: ..", the last one "[DONE]"). Who goes away frees his place within a token, but for one
// whose text is only scored, which is done with first.
//
// Ownership Borrows the model, which computes for nobody else meanwhile.
// Threads   start() and the destructor on one; requests are answered on threads of its own, the model
//           computes on another. The destructor ends what is under way.
// Errors    start(): Io where the address cannot be listened at; Unsupported where others than this
//           computer could ask without a key. All others are answers: {"error": {"message": ..}}.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/generate/language_model.h"
#include "engine/serve/batch_thread.h"
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
    BatchLimits limits = {};
};

inline constexpr std::size_t kMostRequestBytes = 8 << 20;

class ApiServer {
  public:
    static Result<std::unique_ptr<ApiServer>> start(LanguageModel& model,
                                                    const ServeOptions& options);
    ~ApiServer();
    ApiServer(const ApiServer&) = delete;
    ApiServer& operator=(const ApiServer&) = delete;

    int port() const;

  private:
    class Http;
    ApiServer();
    std::unique_ptr<Http> http_;
};

}  // namespace dsm
