// Log: the program's log file, into which Qt's and the engine's messages go while it lives.
//
// The newest lines are in deepseekmoe.log; at 1 MB it becomes deepseekmoe.log.1 and so on; three
// files are kept. What commands a terminal is written out (engine/text/visible_text.h). Conversations
// are never logged.
//
// Ownership Owns the file, and the handler of messages while it lives.
// Threads  Create and destroy on the main thread, one at a time; messages from any thread.
// Errors   A log that cannot be written is silent: the program goes on.
#pragma once

#include <QString>
#include <memory>

namespace dsm {

class Log {
  public:
    // `echo` also writes each line to standard error.
    explicit Log(const QString& folder, bool echo = false);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    QString file() const;

    static constexpr qint64 kMaximumBytes = 1'000'000;
    static constexpr int kFiles = 3;

  private:
    class Sink;
    std::unique_ptr<Sink> sink_;
};

}  // namespace dsm
