// The character map of a SentencePiece model: whether following it stays inside, whatever the text.
// The format stands in sentencepiece_check.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dsm {

// Nothing where the map can be used; "" is none and can.
std::optional<std::string> problemOfCharacterMap(std::string_view map);

}  // namespace dsm
