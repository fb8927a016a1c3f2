#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <mutex>

#include "app/cli/terminal.h"
#include "engine/serve/server.h"

namespace dsm::cli {
namespace {

std::string nameOf(const ServerOptions& options, const std::filesystem::path& folder) {
    if (!options.name.empty()) return options.name;
    const auto path = std::filesystem::absolute(folder).lexically_normal();
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

void waitFor(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
}

}  // namespace

int serve(const ServerOptions& options) {
    const auto folder = modelFolder(options.engine.model);
    if (!folder) return fail(folder.error());
    const char* key = std::getenv("DEEPSEEKMOE_API_KEY");
    ServeOptions wanted;
    wanted.name = nameOf(options, *folder);
    for (const std::string& adapter : options.adapters)
        wanted.adapters.push_back(*parseAdapterChoice(adapter));
    wanted.limits = {.streams = static_cast<std::size_t>(options.streams),
                     .waiting = static_cast<std::size_t>(options.waiting)};
    wanted.host = options.host;
    wanted.port = options.port;
    wanted.key = key != nullptr ? key : "";
    wanted.hostNames = options.hostNames;
    wanted.origins = options.origins;
    wanted.loadsOnDemand = options.onDemand;
    if (options.idleMinutes) wanted.idleTime = std::chrono::minutes(*options.idleMinutes);
    const auto interrupt = Interrupt::arm();
    const auto server = ApiServer::start(
        [engine = options.engine, interrupt](const std::stop_token& ending) {
            const std::stop_callback onEnd(ending, [&] { interrupt->request_stop(); });
            return loadModel(engine, interrupt->get_token());
        },
        wanted);
    if (!server) return fail(server.error());
    std::cout << "http://" << options.host << ':' << (*server)->port() << "/v1" << std::endl;
    note("Answers for " + wanted.name + ". End it with Ctrl+C.");
    waitFor(interrupt->get_token());
    return kInterrupted;
}

}  // namespace dsm::cli
