// A certificate that nobody vouches for, made anew for each run.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <QSslCertificate>
#include <QSslKey>
#include <memory>

namespace dsm::test {

struct SelfSigned {
    QSslKey key;
    QSslCertificate certificate;
};

inline QByteArray writtenPem(int (*write)(BIO*, void*), void* what) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    write(bio.get(), what);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return QByteArray(bytes, size);
}

inline SelfSigned selfSigned() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048),
                                                                  &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const QByteArray keyPem = writtenPem(
        [](BIO* bio, void* what) {
            return PEM_write_bio_PrivateKey(bio, static_cast<EVP_PKEY*>(what), nullptr, nullptr, 0,
                                            nullptr, nullptr);
        },
        key.get());
    const QByteArray certificatePem = writtenPem(
        [](BIO* bio, void* what) { return PEM_write_bio_X509(bio, static_cast<X509*>(what)); },
        certificate.get());
    return {QSslKey(keyPem, QSsl::Rsa), QSslCertificate(certificatePem)};
}

}  // namespace dsm::test
