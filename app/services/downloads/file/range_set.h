// RangeSet: which bytes of a file are there, as half-open ranges.
//
// Threads  Plain values.
#pragma once

#include <QtGlobal>
#include <algorithm>
#include <vector>

namespace dsm {

struct ByteRange {
    qint64 begin = 0;
    qint64 end = 0;  // one past the last

    qint64 size() const { return end - begin; }
    bool isEmpty() const { return end <= begin; }
    bool operator==(const ByteRange&) const = default;
};

class RangeSet {
  public:
    void add(ByteRange range);
    void remove(ByteRange range);
    void clear() { ranges_.clear(); }

    // Sorted, disjoint, never adjacent, never empty.
    const std::vector<ByteRange>& ranges() const { return ranges_; }
    qint64 totalBytes() const;
    bool contains(ByteRange range) const;
    // How far the bytes from `begin` on reach without a gap; `begin` itself where it is missing.
    qint64 reachFrom(qint64 begin) const;
    // The first range within [begin, end) that is missing; empty when nothing is.
    ByteRange firstMissing(ByteRange within) const;

  private:
    std::vector<ByteRange> ranges_;
};

}  // namespace dsm
