// The keys of tokenizer.json and of tokenizer_config.json: which of them are honoured, which change
// no token and no text here, and of which one value alone can be honoured.
//
// Any other key of tokenizer.json is refused by name, for what it asks would be left out in
// silence. Many programs leave notes in tokenizer_config.json: a key there that nobody knows is
// logged. A key that is null says nothing, whatever its name.
//
// Source  Tokenizer's serialisation in Hugging Face tokenizers 0.13 to 0.22; PreTrainedTokenizer,
//         PreTrainedTokenizerFast and LlamaTokenizerFast of transformers 4 and 5.
// Errors  Unsupported, naming the file and the key.
#pragma once

#include <string_view>

#include "engine/format/json_field.h"
#include "kernels/base/result.h"

namespace dsm {

// `object` is one of tokenizer.json: "" the whole file, "model", "added_tokens" one of these, else
// the type that the object itself names, such as "ByteLevel".
Result<void> checkTokenizerKeys(const JsonField& object, std::string_view kind);

// `root` is the whole tokenizer_config.json.
Result<void> checkTokenizerConfigKeys(const JsonField& root);

}  // namespace dsm
