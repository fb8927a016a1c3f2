// StopStrings: ends a streamed text before the first of some given strings, without ever showing
// the beginning of one.
//
// Threads   One generation, one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dsm {

class StopStrings {
  public:
    // Empty strings are ignored.
    explicit StopStrings(std::vector<std::string> strings);

    // Takes the next text; returns what may be shown now. Text that could be the beginning of a
    // stop string is held back until that is decided.
    std::string push(std::string_view text);

    // A stop string came: everything before it has been returned, nothing more will be.
    bool found() const { return found_; }

    // What was held back, when no more text comes.
    std::string finish();

  private:
    std::size_t firstStop() const;
    std::size_t heldBack() const;

    std::vector<std::string> strings_;
    std::string pending_;
    bool found_ = false;
};

}  // namespace dsm
