#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <mutex>

#include "app/cli/terminal.h"
#include "engine/serve/server.h"

namespace dsm::cli {
namespace {

// As other servers write it: the base, and the adapter behind a colon.
std::string nameOf(const ServerOptions& options, const LanguageModel& model) {
    if (!options.name.empty()) return options.name;
    if (!model.adapter()) return model.name();
    return model.name() + ':' + model.adapter()->folder.filename().string();
}

void waitFor(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
}

}  // namespace

int serve(const ServerOptions& options) {
    const auto model = loadModel(options.engine);
    if (!model) return fail(model.error());
    const char* key = std::getenv("DEEPSEEKMOE_API_KEY");
    const ServeOptions wanted{.host = options.host,
                              .port = options.port,
                              .name = nameOf(options, **model),
                              .key = key != nullptr ? key : "",
                              .hostNames = options.hostNames,
                              .origins = options.origins,
                              .limits = {.streams = static_cast<std::size_t>(options.streams),
                                         .waiting = static_cast<std::size_t>(options.waiting)}};
    const auto stop = Interrupt::arm();
    const auto server = ApiServer::start(**model, wanted);
    if (!server) return fail(server.error());
    std::cout << "http://" << options.host << ':' << (*server)->port() << "/v1" << std::endl;
    note("Answers for " + wanted.name + ". End it with Ctrl+C.");
    waitFor(stop->get_token());
    return kInterrupted;
}

}  // namespace dsm::cli
