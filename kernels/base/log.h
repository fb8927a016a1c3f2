// Where the engine's notes go. The engine never prints: a program that wants to see them installs
// a sink.
//
// Threads  setLogSink() before other threads start; logMessage() from any thread; the sink must be
//          safe to call from any thread.
#pragma once

#include <string_view>

namespace dsm {

enum class LogLevel { Info, Warning };

using LogSink = void (*)(LogLevel level, std::string_view message);

// nullptr (the default) discards everything.
void setLogSink(LogSink sink);
void logMessage(LogLevel level, std::string_view message);

}  // namespace dsm
