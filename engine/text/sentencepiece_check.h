// What the SentencePiece library takes on trust in a tokenizer.model, checked before it sees the
// file: it follows offsets without looking whether they stay inside.
//
//   ModelProto      1 pieces: {1 text, 2 score, 3 type}; 2 trainer_spec; 3 normalizer_spec;
//                   5 denormalizer_spec
//   NormalizerSpec  2 precompiled_charsmap: u32 little-endian N | N bytes of a Darts double array |
//                   replacements in UTF-8, each ended by a NUL
//   double array    u32 units; from a unit at p, byte b leads to p ^ offset ^ b where the unit
//                   there has the label b; a unit with a leaf has its value, the place of a replacement,
//                   at p ^ offset
//
// Checked are the frame of every field, the scores (finite, and far from overflow), the number of
// pieces, and in the map every unit that a text can reach: inside the array, without a way back,
// at most 32 leaves on a way (the library keeps that many), values at the beginning of a character
// of a replacement.
//
// Source  sentencepiece_model.proto and normalizer.cc of SentencePiece 0.1.97 and 0.2.0; darts.h.
// Errors  Malformed, naming the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "kernels/base/result.h"

namespace dsm {

Result<void> checkSentencePieceModel(std::span<const std::byte> file, const std::string& name);

}  // namespace dsm
