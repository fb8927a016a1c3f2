#include "ui/download_presentation.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <chrono>

#include "ui/model_presentation.h"

namespace dsm {
namespace {

const QString kModelScope = QStringLiteral("modelscope");

struct Wording {
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
                return tr("Downloaded and verified, %1")
                    .arg(presentBytes(static_cast<quint64>(download.bytesTotal)));
            case DownloadState::Failed:
                break;
        }
        if (!download.triesAgain) return download.error;
        return download.error + QLatin1Char(' ') + tr("It is tried again by itself.");
    }

    static QString source(const Source& source) {
        if (!source.endpoint.isEmpty()) return source.host();
        return source.kind == Source::Kind::ModelScope ? QStringLiteral("ModelScope")
                                                       : QStringLiteral("Hugging Face");
    }

    static QString licence(const Licence& licence, bool isAccepted) {
        const auto link = [](const QString& url, const QString& text) {
            return QStringLiteral("<a href=\"%1\">%2</a>").arg(url.toHtmlEscaped(), text);
        };
        const QString summary =
            isAccepted ? QString() : licence.summary.toHtmlEscaped() + QLatin1Char(' ');
        return summary + link(licence.modelUrl, tr("Model licence")) + QStringLiteral(" · ") +
               link(licence.codeUrl, tr("Code licence"));
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
    return Wording::source(source);
}

QString presentDownload(const DownloadInfo& download) {
    return Wording::download(download);
}

QString presentBenchmarks(const CatalogueEntry& entry) {
    return Wording::benchmarks(entry);
}

QString presentLicence(const Licence& licence, bool isAccepted) {
    return Wording::licence(licence, isAccepted);
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
