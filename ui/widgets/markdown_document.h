// Fills a text document from Markdown and gives it the theme's type and colours.
//
// GitHub's dialect (tables, strikethrough, task lists) without HTML: tags are shown as text.
// Pictures are replaced by their descriptions, so that nothing is ever fetched.
//
// Threads  Main thread.
#pragma once

#include <QString>
#include <QTextDocument>

namespace dsm {

class Theme;

void setMarkdownDocument(QTextDocument& document, const QString& markdown, const Theme& theme);

// Line height and paragraph distance for comfortable reading.
void setLineSpacing(QTextDocument& document);

}  // namespace dsm
