#include "engine/text/stream_decoder.h"

#include "engine/text/utf8.h"

namespace dsm {

std::string StreamDecoder::push(TokenId id) {
    pending_ += tokenizer_.tokenBytes(id);
    std::string complete;
    std::string_view rest = pending_;
    while (!rest.empty()) {
        const Utf8Character character = readUtf8(rest);
        if (character.state == Utf8Character::State::Incomplete) break;
        const bool valid = character.state == Utf8Character::State::Valid;
        complete += valid ? rest.substr(0, character.sizeBytes) : kReplacementCharacter;
        rest.remove_prefix(character.sizeBytes);
    }
    pending_.erase(0, pending_.size() - rest.size());
    return complete;
}

std::string StreamDecoder::finish() {
    // What push() leaves is the beginning of exactly one character.
    std::string rest(pending_.empty() ? std::string_view() : kReplacementCharacter);
    pending_.clear();
    return rest;
}

}  // namespace dsm
