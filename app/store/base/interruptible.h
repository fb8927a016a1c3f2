// Interruptible: what runs on a connection ends with SQLITE_INTERRUPT once a stop is requested.
//
// Ownership Borrows the connection, whose progress handler it is for as long as it lives.
// Threads   That of the connection; the stop comes from any.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <stop_token>
#include <utility>

namespace dsm {

class Interruptible {
  public:
    Interruptible(SQLite::Database& database, std::stop_token stop)
        : database_(database), stop_(std::move(stop)) {
        if (!stop_.stop_possible()) return;
        sqlite3_progress_handler(
            database_.getHandle(), kInstructions,
            [](void* token) {
                return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
            },
            &stop_);
    }
    ~Interruptible() { sqlite3_progress_handler(database_.getHandle(), 0, nullptr, nullptr); }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;

  private:
    static constexpr int kInstructions = 10'000;  // far below a tenth of a second

    SQLite::Database& database_;
    std::stop_token stop_;
};

}  // namespace dsm
