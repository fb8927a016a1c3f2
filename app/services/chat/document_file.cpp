#include "app/services/chat/document_file.h"

#include <sys/resource.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStringDecoder>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "kernels/base/file.h"

namespace dsm {
namespace {

constexpr qint64 kMostOutput = kMostDocumentCharacters * 4;  // bytes of UTF-8
constexpr std::chrono::seconds kLongest{30};
constexpr rlim_t kMostSeconds = 20;  // of a processor
constexpr rlim_t kMostMemory = rlim_t{1} << 30;
constexpr int kPollMs = 50;

struct DocumentWording {
    Q_DECLARE_TR_FUNCTIONS(dsm::DocumentFile)
};

ReadDocument problem(const QString& file, const QString& what) {
    return {nullptr, said([] { return DocumentWording::tr("%1 was not attached: %2"); },
                          {QFileInfo(file).fileName(), what})};
}

// nullopt: it is no text.
std::optional<QString> decoded(const QByteArray& bytes) {
    const auto encoding = QStringConverter::encodingForData(bytes).value_or(QStringConverter::Utf8);
    if (encoding == QStringConverter::Utf8 && bytes.contains('\0')) return std::nullopt;
    QStringDecoder decoder(encoding);
    const QString text = decoder.decode(bytes);
    if (decoder.hasError() || text.contains(QChar(u'\0'))) return std::nullopt;
    return text;
}

void limit(int resource, rlim_t most) {
    const rlimit both{most, most};
    setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

// In the child, before the program begins.
void limitChild() {
    limit(RLIMIT_AS, kMostMemory);
    limit(RLIMIT_CPU, kMostSeconds);
    limit(RLIMIT_FSIZE, 0);  // it writes into a pipe, and no file
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 64);
}

struct PdfText {
    QByteArray bytes;
    QString problem;
};

PdfText runPdfReader(const QString& file, const QString& reader, const std::stop_token& stop) {
    QProcess process;
    process.setProgram(reader);
    process.setArguments(
        {QStringLiteral("-enc"), QStringLiteral("UTF-8"), file, QStringLiteral("-")});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    process.setChildProcessModifier(limitChild);
    process.start(QIODevice::ReadOnly);
    if (!process.waitForStarted()) {
        return {{},
                DocumentWording::tr("PDF files are read with %1, which is not installed "
                                    "(package poppler-utils).")
                    .arg(reader)};
    }
    PdfText text;
    const QDeadlineTimer deadline(kLongest);
    while (process.state() != QProcess::NotRunning && text.problem.isEmpty()) {
        process.waitForReadyRead(kPollMs);
        text.bytes += process.readAllStandardOutput();
        if (stop.stop_requested())
            text.problem = said([] { return DocumentWording::tr("Stopped."); });
        if (text.bytes.size() > kMostOutput)
            text.problem = said([] { return DocumentWording::tr("Its text is too long."); });
        if (deadline.hasExpired())
            text.problem = said([] { return DocumentWording::tr("Reading it takes too long."); });
    }
    if (!text.problem.isEmpty()) {
        process.kill();
        process.waitForFinished();
        return text;
    }
    process.waitForFinished();
    text.bytes += process.readAllStandardOutput();
    const bool isWell = process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    if (!isWell)
        text.problem =
            said([] { return DocumentWording::tr("The PDF is damaged or has a password."); });
    return text;
}

// A form feed ends each page.
ReadDocument readPdf(const QString& file, const QString& reader, const std::stop_token& stop) {
    const PdfText read = runPdfReader(file, reader, stop);
    if (!read.problem.isEmpty()) return problem(file, read.problem);
    QString text = QString::fromUtf8(read.bytes);
    text.remove(QChar(u'\0'));
    const auto pages = static_cast<int>(text.count(u'\f'));
    while (!text.isEmpty() && text.back().isSpace())
        text.chop(1);
    text.replace(u'\f', QStringLiteral("\n\f"));
    if (text.trimmed().isEmpty())
        return problem(file, said([] {
                           return DocumentWording::tr("It holds no text, only pictures of pages.");
                       }));
    if (text.size() > kMostDocumentCharacters)
        return problem(file, said([] { return DocumentWording::tr("Its text is too long."); }));
    return {std::make_shared<const Document>(QFileInfo(file).fileName(), text, pages), {}};
}

}  // namespace

ReadDocument readDocumentFile(const QString& path, const std::stop_token& stop,
                              const QString& pdfReader) {
    // The name may lead through a link; what it leads to must not change between look and read.
    const QFileInfo info(path);
    if (!info.exists())
        return problem(path, said([] { return DocumentWording::tr("There is no such file."); }));
    if (!info.isFile())
        return problem(path, said([] { return DocumentWording::tr("It is no file with text."); }));
    if (info.size() > kMostDocumentBytes)
        return problem(path, said([] { return DocumentWording::tr("The file is too large."); }));
    const auto file = File::openRegular(toPath(path));
    if (!file) return problem(path, presentSystemReason(file.error().systemReason));
    const auto size = std::min(file->sizeWhenOpened(), static_cast<std::uint64_t>(kMostOutput + 1));
    QByteArray bytes(static_cast<qsizetype>(size), Qt::Uninitialized);
    const auto got = file->readAt(0, std::as_writable_bytes(std::span(bytes)));
    if (!got) return problem(path, presentSystemReason(got.error().systemReason));
    bytes.truncate(static_cast<qsizetype>(*got));
    constexpr QByteArrayView kPdf = "%PDF-";
    const QByteArray head = bytes.left(1024);
    const auto asPdf = [&] { return readPdf(info.absoluteFilePath(), pdfReader, stop); };
    if (head.startsWith(kPdf)) return asPdf();
    const bool isLong = bytes.size() > kMostOutput;
    const std::optional<QString> text = isLong ? std::nullopt : decoded(bytes);
    // Anything may stand before its mark, and a text may speak of it.
    if (!text && head.contains(kPdf)) return asPdf();
    if (isLong)
        return problem(path, said([] { return DocumentWording::tr("Its text is too long."); }));
    if (!text) {
        return problem(
            path, said([] {
                return DocumentWording::tr("It is no text in UTF-8 or UTF-16, and no PDF.");
            }));
    }
    if (text->size() > kMostDocumentCharacters)
        return problem(path, said([] { return DocumentWording::tr("Its text is too long."); }));
    if (text->trimmed().isEmpty())
        return problem(path, said([] { return DocumentWording::tr("It is empty."); }));
    QString lines = *text;
    lines.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    return {std::make_shared<const Document>(info.fileName(), lines), {}};
}

}  // namespace dsm
