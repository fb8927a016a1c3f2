// DocumentFile: reads a file that a person attaches: text, Markdown, CSV, source code, PDF.
//
// Files are from outside and hostile. Only ordinary files are read, of at most kMostBytes, and at most
// kMostCharacters of text are taken. Text is UTF-8, or UTF-16 with its mark, without NUL. The words of a PDF
// are read by pdftotext of Poppler, a program of its own: what breaks it breaks nothing here. It gets no
// input but the file, has limits of memory, processor time and open files, and is ended when it writes too
// much or takes too long.
//
// Threads  Any; waits for the disk and for pdftotext, until `stop`.
// Errors   `problem` says in a sentence for people why there is no document.
#pragma once

#include <QString>
#include <stop_token>

#include "app/services/chat/document.h"

namespace dsm {

struct ReadDocument {
    DocumentPointer document;  // nullptr where there is a problem
    QString problem;
};

constexpr qint64 kMostDocumentBytes = 64LL << 20;
constexpr qsizetype kMostDocumentCharacters = 2'000'000;

// `pdfReader` is the name of the program or its path.
ReadDocument readDocumentFile(const QString& file, const std::stop_token& stop = {},
                              const QString& pdfReader = QStringLiteral("pdftotext"));

}  // namespace dsm
