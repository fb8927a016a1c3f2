#include "app/services/program/readable_bytes.h"

#include <QLocale>
#include <algorithm>

#include "kernels/base/bytes_in_words.h"

namespace dsm {

QString readableBytes(qint64 bytes) {
    const RoundedBytes rounded = roundedBytes(static_cast<quint64>(std::max<qint64>(bytes, 0)));
    return QLocale().formattedDataSize(static_cast<qint64>(rounded.bytes), rounded.decimals,
                                       QLocale::DataSizeSIFormat);
}

}  // namespace dsm
