// nextPiece: the stretch of a file that one more connection should fetch.
//
// Threads  Pure.
#pragma once

#include "app/services/downloads/file/range_set.h"

namespace dsm {

// Of what is neither held nor being fetched; empty where nothing is left.
ByteRange nextPiece(const RangeSet& taken, qint64 sizeBytes);

}  // namespace dsm
