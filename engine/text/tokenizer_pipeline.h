// What stands around the pre-tokenizer and the model in tokenizer.json: the normalizer, which
// changes a text first, the post_processor, which puts special tokens around its tokens, and the
// decoder, which makes text of them.
//
//   version          "1.0"
//   normalizer       null or an empty Sequence
//   post_processor   null; ByteLevel, which changes places in a text alone; TemplateProcessing with
//                    the BOS token or nothing before a text; a Sequence of these
//   decoder          null or ByteLevel, alone or in a Sequence: bytes as the vocabulary spells them
//
// Errors  Unsupported and Malformed, naming the file and the key.
#pragma once

#include <optional>

#include "engine/format/json_field.h"
#include "engine/text/vocabulary.h"
#include "kernels/base/result.h"

namespace dsm {

// Whether the post_processor of `document` puts the BOS token of `vocabulary` before a text;
// nothing where it does not say. Any other token that it adds is Unsupported.
Result<std::optional<bool>> readPostProcessor(const JsonField& document,
                                              const Vocabulary& vocabulary);

// Version, normalizer and decoder.
Result<void> checkPipeline(const JsonField& document);

}  // namespace dsm
