// TextBlock: read-only rich text that is as high as its text, can be selected and copied, and
// never loads anything from anywhere.
//
// Only what changes is laid out again: parts that stay at the beginning of a text stay as they are,
// and asking for a height at the same width costs nothing.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QTextBrowser>
#include <QUrl>

#include "ui/widgets/message/markdown_parts.h"
#include "ui/widgets/message/table_document.h"

namespace dsm {

class Theme;

class TextBlock : public QTextBrowser {
    Q_OBJECT

  public:
    explicit TextBlock(const Theme& theme, QWidget* parent = nullptr);

    // Paragraphs, headings and rules; or one table, which scrolls sideways where it is too wide.
    void setParts(MarkdownParts parts);
    // Line by line, as it is.
    void setPlain(const QString& text);

    int heightFor(int width);
    // The width the text takes when it may be at most `maximum` wide.
    int naturalWidth(int maximum);

    // What is selected of the parts; of a table its whole rows.
    MarkdownParts selectedParts() const;

    // Shows where the words are; an empty one shows none. Returns whether one was found.
    bool mark(const QStringList& words);
    // Around the first of them, in this widget.
    QRect firstMark();

    // Paragraphs laid out since the program began, in all blocks: what changes cost, for tests.
    static qint64 laidOut() { return laidOut_; }

  Q_SIGNALS:
    void linkActivated(const QUrl& url);

  protected:
    QMimeData* createMimeDataFromSelection() const override;
    QVariant loadResource(int type, const QUrl& name) override;
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override;

  private:
    void applyTheme();
    void retranslate();
    // From this part on; of a table from this row.
    void write(size_t first);
    bool isTable() const;
    void setWidth(int width);
    void showMarks();
    void paintBarsAndRules();
    void paintLines(const QRect& clip);

    static qint64 laidOut_;

    const Theme& theme_;
    TableDocument table_;
    MarkdownParts parts_;
    QStringList marks_;
    bool isBare_ = true;  // without a bar or a rule
};

}  // namespace dsm
