// Visible text: a text of unknown origin as a terminal may be shown it, so that none commands one.
//
// What could move the cursor, hide or reorder text, or set a title is written out instead:
//
//   U+0000 to U+001F but tab and line feed, U+007F     \x1b
//   U+0080 to U+009F                                   \u009b
//   U+202A to U+202E, U+2066 to U+2069 (direction)     \u202e
//   a byte that is not UTF-8                           \xff
//
// A character may be spread over several calls. Other text stays as it is, backslashes too.
//
// Threads  One at a time.
// Errors   None.
#pragma once

#include <string>
#include <string_view>

namespace dsm {

class VisibleText {
  public:
    // What can be shown of this and of what was held back before.
    std::string push(std::string_view text);
    // What is left, the beginning of a character; as new afterwards.
    std::string finish();

  private:
    std::string pending_;  // the beginning of a character, at most 3 bytes
};

}  // namespace dsm
