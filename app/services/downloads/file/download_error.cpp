#include "app/services/downloads/file/download_error.h"

#include <QLocale>

namespace dsm {

QString readableBytes(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, bytes < 1'000'000'000 ? 1 : 2,
                                       QLocale::DataSizeSIFormat);
}

}  // namespace dsm
