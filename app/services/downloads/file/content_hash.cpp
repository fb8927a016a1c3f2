#include "app/services/downloads/file/content_hash.h"

#include <openssl/evp.h>

#include <array>

#include "kernels/base/check.h"

namespace dsm {

std::optional<ContentHash> ContentHash::fromHex(const QString& hex) {
    if (hex.size() != 64 && hex.size() != 40) return std::nullopt;
    for (const QChar c : hex) {
        const char16_t u = c.toLower().unicode();
        if ((u < u'0' || u > u'9') && (u < u'a' || u > u'f')) return std::nullopt;
    }
    return ContentHash{hex.size() == 64 ? HashKind::Sha256 : HashKind::GitBlobSha1, hex.toLower()};
}

std::optional<ContentHash> ContentHash::fromEtag(const QByteArray& etag) {
    return fromHex(QString::fromLatin1(plainEtag(etag)));
}

QByteArray plainEtag(const QByteArray& etag) {
    QByteArray plain = etag.trimmed();
    if (plain.startsWith("W/")) plain.remove(0, 2);
    if (plain.size() >= 2 && plain.startsWith('"') && plain.endsWith('"'))
        plain = plain.mid(1, plain.size() - 2);
    return plain;
}

struct ContentHasher::State {
    HashKind kind;
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free};
};

// OpenSSL's digests use the processor's SHA instructions; QCryptographicHash of Qt before 6.5 does
// not and would be the slowest part of a download.
ContentHasher::ContentHasher(HashKind kind, qint64 sizeBytes)
    : state_(std::make_unique<State>(State{kind})) {
    const EVP_MD* digest = kind == HashKind::Sha256 ? EVP_sha256() : EVP_sha1();
    DSM_CHECK(EVP_DigestInit_ex(state_->context.get(), digest, nullptr) == 1);
    if (kind == HashKind::GitBlobSha1) {
        QByteArray header = "blob " + QByteArray::number(sizeBytes);
        header.append('\0');
        add(header);
    }
}

ContentHasher::~ContentHasher() = default;
ContentHasher::ContentHasher(ContentHasher&&) noexcept = default;
ContentHasher& ContentHasher::operator=(ContentHasher&&) noexcept = default;

void ContentHasher::add(QByteArrayView bytes) {
    const auto size = static_cast<std::size_t>(bytes.size());
    DSM_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), size) == 1);
}

ContentHash ContentHasher::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    DSM_CHECK(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &length) == 1);
    const QByteArray bytes(reinterpret_cast<const char*>(digest.data()),
                           static_cast<qsizetype>(length));
    return {state_->kind, QString::fromLatin1(bytes.toHex())};
}

}  // namespace dsm
