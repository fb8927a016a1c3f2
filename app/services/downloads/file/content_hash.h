// ContentHash: what a file's bytes must hash to, as the Hub publishes it.
//
//   Sha256        of the bytes; for large files, 64 hex digits
//   GitBlobSha1   of "blob <size>\0" and the bytes; for small ones, 40 hex digits
//
// Source    git-hash-object(1); the Hub's ETag is one of the two.
// Ownership A hasher owns its state; it can be moved, not copied.
// Errors    A library that cannot hash is a broken installation (CHECK).
#pragma once

#include <QByteArrayView>
#include <QString>
#include <memory>
#include <optional>

namespace dsm {

enum class HashKind { Sha256, GitBlobSha1 };

struct ContentHash {
    HashKind kind = HashKind::Sha256;
    QString hex = {};  // lower case

    bool operator==(const ContentHash&) const = default;

    // 64 or 40 hex digits of either case; nothing for any other text.
    static std::optional<ContentHash> fromHex(const QString& hex);
    // As above, of an ETag header: without W/ and quotes.
    static std::optional<ContentHash> fromEtag(const QByteArray& etag);
};

// An ETag without W/ and quotes.
QByteArray plainEtag(const QByteArray& etag);

// Hashes bytes as they come. The size is part of a git blob's hash, hence known from the start.
class ContentHasher {
  public:
    ContentHasher(HashKind kind, qint64 sizeBytes);
    ~ContentHasher();
    ContentHasher(ContentHasher&&) noexcept;
    ContentHasher& operator=(ContentHasher&&) noexcept;

    void add(QByteArrayView bytes);
    // Ends the hash; nothing may be added afterwards.
    ContentHash finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dsm
