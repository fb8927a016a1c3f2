// An engine that is held for as long as a test wants it, and a watch on who waits for it.
//
// The worker of ModelHost writes a file before it loads and before a first token, its mark of a
// crash. Here a pipe is in the place of that file: opening it waits until the test reads. What
// comes back while the engine is held has not waited for it, however slow the machine is.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QString>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace dsm::test {

// Holds the worker at its next mark, until it is released; ends with the fixture's folder.
class HeldEngine {
  public:
    explicit HeldEngine(const QString& stateFolder)
        : pipe_(stateFolder.toStdString() + "/model-in-doubt") {
        isMade_ = mkfifo(pipe_.c_str(), 0600) == 0;
    }
    ~HeldEngine() {
        release();
        close(reader_);
    }
    HeldEngine(const HeldEngine&) = delete;
    HeldEngine& operator=(const HeldEngine&) = delete;

    bool isMade() const { return isMade_; }
    bool isHeld() const { return reader_ < 0; }
    // From any thread.
    void release() {
        const std::lock_guard lock(mutex_);
        if (reader_ < 0) reader_ = open(pipe_.c_str(), O_RDONLY | O_NONBLOCK);
    }

  private:
    const std::string pipe_;
    std::mutex mutex_;
    std::atomic<int> reader_ = -1;
    bool isMade_ = false;
};

// Frees the engine when a press does not come back: it waits for the engine, and the test is to
// say which one it was.
class Watch {
  public:
    explicit Watch(HeldEngine& engine)
        : thread_([this, &engine] {
              std::unique_lock lock(mutex_);
              while (!isOver_) {
                  if (!isPressing_) {
                      changed_.wait(lock);
                  } else if (const auto turn = turn_;
                             !changed_.wait_for(lock, std::chrono::seconds(60), [this, turn] {
                                 return isOver_ || !isPressing_ || turn_ != turn;
                             })) {
                      hasWaited_ = true;
                      engine.release();
                      isPressing_ = false;
                  }
              }
          }) {}
    ~Watch() {
        tell([this] { isOver_ = true; });
        thread_.join();
    }

    void begin() {
        tell([this] {
            isPressing_ = true;
            ++turn_;
        });
    }
    // Whether it came back by itself.
    bool end() {
        tell([this] { isPressing_ = false; });
        return !hasWaited_;
    }

  private:
    void tell(const std::function<void()>& change) {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool isPressing_ = false;
    bool hasWaited_ = false;
    bool isOver_ = false;
    quint64 turn_ = 0;
    std::thread thread_;  // last: the others exist before it starts
};

}  // namespace dsm::test
