#include "tests/app/services/downloads/served_file.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace dsm::test {
namespace {

constexpr qint64 kBlock = 1 << 20;
constexpr qint64 kSparseEvery = 64;  // blocks

// Two copies of a block of noise: any rotation of it is one stretch.
const std::vector<char>& noise() {
    static const std::vector<char> bytes = [] {
        std::vector<char> made(2 * kBlock);
        quint64 state = 88172645463325252ULL;
        for (qint64 i = 0; i < kBlock; i += 8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            std::memcpy(&made[static_cast<size_t>(i)], &state, 8);
        }
        std::memcpy(&made[kBlock], made.data(), kBlock);
        return made;
    }();
    return bytes;
}

const std::vector<char>& zeros() {
    static const std::vector<char> bytes(kBlock);
    return bytes;
}

}  // namespace

ContentHash ServedFile::hash() const {
    ContentHasher hasher(isLarge ? HashKind::Sha256 : HashKind::GitBlobSha1, sizeBytes);
    for (qint64 at = 0; at < sizeBytes;) {
        const QByteArrayView part = content(at, sizeBytes - at);
        hasher.add(part);
        at += part.size();
    }
    return hasher.finish();
}

QByteArrayView ServedFile::content(qint64 offset, qint64 most) const {
    most = std::min(most, sizeBytes - offset);
    if (!bytes.isEmpty()) return QByteArrayView(bytes).sliced(offset, most);
    const qint64 block = offset / kBlock;
    const qint64 within = offset % kBlock;
    const auto hash =
        static_cast<quint64>(block) * 0x9E3779B97F4A7C15ULL + seed * 0xBF58476D1CE4E5B9ULL;
    const auto rotation = static_cast<qint64>((hash >> 20) % static_cast<quint64>(kBlock));
    if (isSparse) {
        constexpr qint64 kNoisy = 4096;
        const bool isNoisy = block % kSparseEvery == 0 && within < kNoisy;
        if (!isNoisy) return {zeros().data(), std::min(most, kBlock - within)};
        return {noise().data() + rotation + within, std::min(most, kNoisy - within)};
    }
    return {noise().data() + rotation + within, std::min(most, kBlock - within)};
}

}  // namespace dsm::test
