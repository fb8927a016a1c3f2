#include "app/services/downloads/transfer/next_piece.h"

#include <algorithm>

namespace dsm {
namespace {

constexpr qint64 kLeastPiece = 8 << 20;
// Long enough that the time until its first byte does not matter, short enough that the hash, which
// follows in order, finds the bytes in the page cache.
constexpr qint64 kMostPiece = 64 << 20;
// Ever shorter ones at the end, so that all connections, and the hash, finish together.
constexpr int kPiecesOfTheRest = 16;

}  // namespace

ByteRange nextPiece(const RangeSet& taken, qint64 sizeBytes) {
    const ByteRange missing = taken.firstMissing({0, sizeBytes});
    const qint64 left = sizeBytes - taken.totalBytes();
    const qint64 most = std::clamp(left / kPiecesOfTheRest, kLeastPiece, kMostPiece);
    // No crumbs: a rest that is not worth a request is taken along.
    return missing.size() < most + most / 4 ? missing
                                            : ByteRange{missing.begin, missing.begin + most};
}

}  // namespace dsm
