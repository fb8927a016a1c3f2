#include "ui/words/download_presentation.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <chrono>

#include "app/services/program/said.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

const QString kModelScope = QStringLiteral("modelscope");

struct DownloadWording {
    Q_DECLARE_TR_FUNCTIONS(DownloadPresentation)

  public:
    static QString bytes(const DownloadInfo& download) {
        const QString done = presentBytes(static_cast<quint64>(download.bytesDone));
        if (download.bytesTotal == 0) return done;
        return tr("%1 of %2").arg(done, presentBytes(static_cast<quint64>(download.bytesTotal)));
    }

    static QString running(const DownloadInfo& download) {
        QStringList parts{bytes(download)};
        if (download.bytesPerSecond > 0) {
            parts += tr("%1/s").arg(presentBytes(static_cast<quint64>(download.bytesPerSecond)));
            if (download.secondsLeft >= 0)
                parts += presentTime(std::chrono::seconds(download.secondsLeft));
        }
        return parts.join(QStringLiteral(" · "));
    }

    static QString finished(const DownloadInfo& download) {
        const QString size = presentBytes(static_cast<quint64>(download.bytesTotal));
        if (download.filesUnverified == 0) return tr("Downloaded and verified, %1").arg(size);
        return tr("Downloaded, %1. Not verified: %n of its files, for which %2 names no checksum",
                  nullptr, static_cast<int>(download.filesUnverified))
            .arg(size, download.request.source.host());
    }

    static QString download(const DownloadInfo& download) {
        switch (download.state) {
            case DownloadState::Waiting:
                return tr("Waits for its turn");
            case DownloadState::Preparing:
                return tr("Asking %1 for the list of files…").arg(download.request.source.host());
            case DownloadState::Verifying:
                return tr("Checking what is there: %1").arg(bytes(download));
            case DownloadState::Downloading:
                return running(download);
            case DownloadState::Paused:
                return tr("Paused at %1").arg(bytes(download));
            case DownloadState::Finished:
                return finished(download);
            case DownloadState::Failed:
                break;
        }
        if (!download.triesAgain) return saidAgain(download.error);
        return saidAgain(download.error) + QLatin1Char(' ') + tr("It is tried again by itself.");
    }

    static QString source(const Source& source) {
        if (!source.endpoint.isEmpty()) return source.host();
        return source.kind == Source::Kind::ModelScope ? QStringLiteral("ModelScope")
                                                       : QStringLiteral("Hugging Face");
    }

    static QString licence(const Licence& licence) {
        return QStringLiteral("%1 <a href=\"%2\">%3</a>")
            .arg(tr("Code: MIT. Model: DeepSeek licence, commercial use included.").toHtmlEscaped(),
                 licence.name.toHtmlEscaped(), tr("Read the licences"));
    }

    static QString need(const DiskNeed& need) {
        const auto bytes = [](auto amount) { return presentBytes(static_cast<quint64>(amount)); };
        const quint64 all = need.downloadBytes + need.conversionBytes;
        QStringList sentences;
        if (need.conversionBytes == 0) {
            sentences += tr("Takes %1 of the disk.").arg(bytes(all));
        } else {
            sentences += tr("Takes %1 of the disk: %2 to download, and %3 for %4, which suits this "
                            "computer.")
                             .arg(bytes(all), bytes(need.downloadBytes),
                                  bytes(need.conversionBytes), presentPreset(need.preset));
        }
        if (need.space.downloadsFree >= 0 && need.space.isOneDisk)
            sentences += tr("%1 are free.").arg(bytes(need.space.downloadsFree));
        if (need.space.downloadsFree >= 0 && !need.space.isOneDisk)
            sentences += tr("%1 are free for the download, %2 on the disk for the rest.")
                             .arg(bytes(need.space.downloadsFree),
                                  bytes(std::max<qint64>(0, need.space.modelsFree)));
        if (!need.isEnough())
            sentences +=
                tr("That is not enough: free %1, or choose another folder for downloads in "
                   "the settings.")
                    .arg(bytes(need.missingBytes()));
        return sentences.join(QLatin1Char(' '));
    }

    static QString benchmarks(const CatalogueEntry& entry) {
        const auto row = [](const QString& cell, const QString& a, const QString& b,
                            const QString& c) {
            return QStringLiteral(
                       "<tr><%1 align=left>%2</%1><%1 align=right>%3</%1><%1 "
                       "align=right>%4</%1></tr>")
                .arg(cell, a, b, c);
        };
        const QLocale locale;
        QString rows = row(QStringLiteral("th"), tr("Benchmark"), entry.title.toHtmlEscaped(),
                           entry.comparedWith.toHtmlEscaped());
        for (const BenchmarkRow& line : entry.benchmarks) {
            rows +=
                row(QStringLiteral("td"), line.name.toHtmlEscaped(),
                    locale.toString(line.score, 'f', 1), locale.toString(line.otherScore, 'f', 1));
        }
        return QStringLiteral("<table cellspacing=0 cellpadding=4>%1</table>").arg(rows);
    }
};

}  // namespace

QString presentTitle(const DownloadRequest& request) {
    const auto entry = findInCatalogue(request.repository);
    return entry ? entry->title : request.repository;
}

QString presentSource(const Source& source) {
    return DownloadWording::source(source);
}

QString presentDownload(const DownloadInfo& download) {
    return DownloadWording::download(download);
}

QString presentBenchmarks(const CatalogueEntry& entry) {
    return DownloadWording::benchmarks(entry);
}

QString presentLicence(const Licence& licence) {
    return DownloadWording::licence(licence);
}

QString presentNeed(const DiskNeed& need) {
    return DownloadWording::need(need);
}

quint64 DiskNeed::missingBytes() const {
    const auto missing = [](quint64 wanted, qint64 available) {
        const auto there = static_cast<quint64>(std::max<qint64>(0, available));
        return available < 0 || there >= wanted ? quint64{0} : wanted - there;
    };
    if (space.isOneDisk) return missing(downloadBytes + conversionBytes, space.downloadsFree);
    return missing(downloadBytes, space.downloadsFree) + missing(conversionBytes, space.modelsFree);
}

bool isUnderWay(const DownloadInfo& download) {
    return download.id != 0 && download.state != DownloadState::Finished;
}

QString nameOfSource(const Source& source) {
    if (source.kind == Source::Kind::ModelScope) return kModelScope;
    return source.endpoint;
}

Source sourceNamed(const QString& name) {
    if (name == kModelScope) return {Source::Kind::ModelScope, {}};
    return {Source::Kind::HuggingFace, name};
}

const ModelForm* formToRun(const LibraryModel& model) {
    for (auto form = model.forms.rbegin(); form != model.forms.rend(); ++form) {
        if (form->isPresent() && form->fit != MemoryFit::WontFit) return &*form;
    }
    return nullptr;
}

const ModelForm* formToMake(const LibraryModel& model) {
    const ModelForm* run = formToRun(model);
    for (const MemoryFit wanted : {MemoryFit::Fits, MemoryFit::MayBeSlow}) {
        if (run != nullptr && run->fit == wanted) return nullptr;
        for (const ModelForm& form : model.forms) {
            if (!form.isPresent() && form.fit == wanted) return &form;
        }
    }
    return nullptr;
}

}  // namespace dsm
