// StreamDecoder: turns tokens, as they arrive, into text that is valid UTF-8 at every moment.
//
//   push(a) + push(b) + ... + finish() == the decoded text, invalid bytes replaced by U+FFFD
//
// A character that is spread over several tokens appears with the token that completes it. Bytes
// that no continuation can make valid are replaced as soon as that is certain.
//
// Ownership Borrows the tokenizer.
// Threads   One thread at a time.
// Errors    None.
#pragma once

#include <string>

#include "engine/text/tokenizer.h"

namespace dsm {

class StreamDecoder {
  public:
    explicit StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    // The characters that `id` completes; may be empty.
    std::string push(TokenId id);

    // What is left, an incomplete character as U+FFFD; the decoder is as new afterwards.
    std::string finish();

  private:
    const Tokenizer& tokenizer_;
    std::string pending_;  // the beginning of a character, at most 3 bytes
};

}  // namespace dsm
