// EventStream: cuts a stream of server-sent events into the texts of its events.
//
//   data: {"a":1}      ->  {"a":1}        lines of one event are joined by a line feed, as the standard says;
//   : a comment                           what is no data is passed over
//
// Whole lines alone are looked at: a character may come in two pieces.
//
// Source   HTML, "Server-sent events", 9.2.6.
// Threads  One at a time.
// Errors   isBroken() once a line or an event is longer than kMostBytes; nothing more is read then.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dsm {

class EventStream {
  public:
    static constexpr std::size_t kMostBytes = 1 << 20;

    std::vector<std::string> take(std::string_view bytes);
    // What the last event had, whose empty line never came.
    std::vector<std::string> end();
    bool isBroken() const { return isBroken_; }

  private:
    void takeLine(std::string_view line, std::vector<std::string>& events);
    void finishEvent(std::vector<std::string>& events);

    std::string line_;  // begun
    std::string data_;
    bool hasLine_ = false;  // was taken: a byte order mark stands before the first alone
    bool hasData_ = false;
    bool endedWithReturn_ = false;
    bool isBroken_ = false;
};

}  // namespace dsm
