// ServedFile: a file that a server of these tests has. Contents are made on the fly from a seed: a file
// of any size costs no memory.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include "app/services/downloads/file/content_hash.h"

namespace dsm::test {

struct ServedFile {
    QString path = {};
    qint64 sizeBytes = 0;
    quint64 seed = 0;
    bool isLarge = false;     // on the second host, named by its sha256
    bool isSparse = false;    // nearly all zeros
    QByteArray bytes = {};    // instead of made ones
    QString listedHash = {};  // "" is the right one

    ContentHash hash() const;
    // `most` bytes at `offset`, fewer where a block or the file ends; valid until the next call
    // on the same thread.
    QByteArrayView content(qint64 offset, qint64 most) const;
};

}  // namespace dsm::test
