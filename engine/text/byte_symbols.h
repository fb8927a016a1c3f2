// Byte symbols: the printable characters by which tokenizer.json spells bytes.
//
//   the bytes of "!".."~", "¡".."¬", "®".."ÿ" spell themselves (as Latin-1);
//   the other 68, in order, are U+0100, U+0101, ...
//
// Source  GPT-2, bytes_to_unicode; ByteLevel of Hugging Face tokenizers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dsm {

// The bytes that `symbols` spells; no value when a character of it spells none.
std::optional<std::string> bytesOfSymbols(std::string_view symbols);

}  // namespace dsm
