#include "kernels/base/log.h"

#include <atomic>

namespace dsm {
namespace {
std::atomic<LogSink> installedSink{nullptr};
}

void setLogSink(LogSink sink) {
    installedSink.store(sink);
}

void logMessage(LogLevel level, std::string_view message) {
    if (const LogSink sink = installedSink.load()) sink(level, message);
}

}  // namespace dsm
