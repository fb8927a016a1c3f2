#include "ui/downloads/file_checks.h"

#include <QDir>

#include "app/services/downloads/download_service.h"
#include "ui/words/model_presentation.h"

namespace dsm {

QString presentCheck(const FileCheck& check) {
    switch (check.state) {
        case FileCheck::State::Running:
            return FileChecks::tr("Checking the files: %1 of %2")
                .arg(presentBytes(static_cast<quint64>(check.bytesDone)),
                     presentBytes(static_cast<quint64>(check.bytesTotal)));
        case FileCheck::State::Sound:
            if (check.bytesTotal == 0)
                return FileChecks::tr(
                    "No published checksums of these files are known here; that "
                    "they belong together was checked when they were read");
            if (!check.unknown.isEmpty())
                return FileChecks::tr(
                           "All files whose checksums are known are as they were "
                           "published; not known is %1")
                    .arg(check.unknown.join(QStringLiteral(", ")));
            return FileChecks::tr("All files are as they were published");
        case FileCheck::State::Damaged:
            return FileChecks::tr("Damaged: %1. Repairing fetches only what is damaged.")
                .arg(check.damaged.join(QStringLiteral(", ")));
        case FileCheck::State::None:
            break;
    }
    return {};
}

FileChecks::FileChecks(DownloadService& downloads, QObject* parent)
    : QObject(parent), downloads_(downloads) {
    connect(&downloads, &DownloadService::integrityProgressed, this,
            [this](const QString& folder, qint64 done, qint64 total) {
                take(folder, {FileCheck::State::Running, done, total});
            });
    connect(&downloads, &DownloadService::integrityChecked, this,
            [this](const QString& folder, const QStringList& damaged, const QStringList& unknown) {
                FileCheck check = of(folder);
                check.state =
                    damaged.isEmpty() ? FileCheck::State::Sound : FileCheck::State::Damaged;
                check.damaged = damaged;
                check.unknown = unknown;
                take(folder, check);
            });
}

FileCheck FileChecks::of(const QString& folder) const {
    return checks_.value(QDir::cleanPath(folder));
}

void FileChecks::start(const QString& folder) {
    take(folder, {FileCheck::State::Running});
    downloads_.checkIntegrity(folder);
}

void FileChecks::forget(const QString& folder) {
    take(folder, {});
}

void FileChecks::take(const QString& folder, const FileCheck& check) {
    checks_[QDir::cleanPath(folder)] = check;
    Q_EMIT changed(folder);
}

}  // namespace dsm
