#include "app/services/downloads/file/range_set.h"

namespace dsm {

void RangeSet::add(ByteRange range) {
    if (range.isEmpty()) return;
    // The ranges that touch the new one become one with it.
    auto first = std::find_if(ranges_.begin(), ranges_.end(),
                              [&](const ByteRange& r) { return r.end >= range.begin; });
    auto last = first;
    while (last != ranges_.end() && last->begin <= range.end) {
        range.begin = std::min(range.begin, last->begin);
        range.end = std::max(range.end, last->end);
        ++last;
    }
    ranges_.insert(ranges_.erase(first, last), range);
}

void RangeSet::remove(ByteRange range) {
    if (range.isEmpty()) return;
    std::vector<ByteRange> rest;
    for (const ByteRange& r : ranges_) {
        const ByteRange before{r.begin, std::min(r.end, range.begin)};
        const ByteRange after{std::max(r.begin, range.end), r.end};
        if (r.end <= range.begin || r.begin >= range.end) {
            rest.push_back(r);
            continue;
        }
        if (!before.isEmpty()) rest.push_back(before);
        if (!after.isEmpty()) rest.push_back(after);
    }
    ranges_ = std::move(rest);
}

qint64 RangeSet::totalBytes() const {
    qint64 total = 0;
    for (const ByteRange& r : ranges_)
        total += r.size();
    return total;
}

bool RangeSet::contains(ByteRange range) const {
    return range.isEmpty() || reachFrom(range.begin) >= range.end;
}

qint64 RangeSet::reachFrom(qint64 begin) const {
    for (const ByteRange& r : ranges_)
        if (r.begin <= begin && begin < r.end) return r.end;
    return begin;
}

ByteRange RangeSet::firstMissing(ByteRange within) const {
    const qint64 begin = reachFrom(within.begin);
    if (begin >= within.end) return {};
    qint64 end = within.end;
    for (const ByteRange& r : ranges_)
        if (r.begin > begin) end = std::min(end, r.begin);
    return {begin, end};
}

}  // namespace dsm
