// MarkdownView: a Markdown text as a stack of text and code blocks that grows cheaply.
//
// Appended text redraws only the last block and what follows it; finished blocks stay as they are.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QUrl>
#include <QWidget>
#include <vector>

#include "ui/widgets/markdown_blocks.h"

namespace dsm {

class Theme;

class MarkdownView : public QWidget {
    Q_OBJECT

  public:
    explicit MarkdownView(const Theme& theme, QWidget* parent = nullptr);

    void setSource(const QString& source);
    // For text that continues the present source.
    void append(const QString& delta);
    const QString& source() const { return source_; }

    int heightFor(int width);
    qsizetype blockCount() const { return static_cast<qsizetype>(blocks_.size()); }
    // Blocks filled since construction: what streaming costs, for tests.
    qsizetype renderedBlocks() const { return renderedBlocks_; }

  Q_SIGNALS:
    void linkActivated(const QUrl& url);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Shown {
        MarkdownBlock block;
        QWidget* widget = nullptr;
        int height = -1;  // -1: to be measured
    };

    void showBlocks(size_t first, std::vector<MarkdownBlock> blocks);
    void show(Shown& shown, MarkdownBlock block);
    QWidget* makeWidget(MarkdownBlock::Kind kind);
    void place(int width);

    const Theme& theme_;
    QString source_;
    std::vector<Shown> blocks_;
    int measuredWidth_ = -1;
    qsizetype renderedBlocks_ = 0;
};

}  // namespace dsm
