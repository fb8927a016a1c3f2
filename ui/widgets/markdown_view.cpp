#include "ui/widgets/markdown_view.h"

#include "ui/widgets/code_block.h"
#include "ui/widgets/text_block.h"
#include "ui/widgets/theme.h"

namespace dsm {

MarkdownView::MarkdownView(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    connect(&theme, &Theme::changed, this, [this] {
        for (Shown& shown : blocks_)
            shown.height = -1;
    });
}

void MarkdownView::setSource(const QString& source) {
    if (source == source_) return;
    if (!source_.isEmpty() && source.startsWith(source_)) {
        append(source.mid(source_.size()));
        return;
    }
    source_ = source;
    showBlocks(0, splitMarkdown(source_));
}

void MarkdownView::append(const QString& delta) {
    if (delta.isEmpty()) return;
    source_ += delta;
    const size_t last = blocks_.empty() ? 0 : blocks_.size() - 1;
    const qsizetype offset = blocks_.empty() ? 0 : blocks_.back().block.offset;
    showBlocks(last, splitMarkdown(source_, offset));
}

void MarkdownView::showBlocks(size_t first, std::vector<MarkdownBlock> blocks) {
    while (blocks_.size() > first + blocks.size()) {
        delete blocks_.back().widget;
        blocks_.pop_back();
    }
    for (size_t i = 0; i < blocks.size(); ++i) {
        if (first + i == blocks_.size()) blocks_.emplace_back();
        show(blocks_[first + i], std::move(blocks[i]));
    }
}

void MarkdownView::show(Shown& shown, MarkdownBlock block) {
    if (shown.widget != nullptr && shown.block == block) return;
    if (shown.widget == nullptr || shown.block.kind != block.kind) {
        delete shown.widget;
        shown.widget = makeWidget(block.kind);
    }
    if (auto* text = qobject_cast<TextBlock*>(shown.widget)) {
        text->setMarkdownText(block.text);
    } else if (auto* code = qobject_cast<CodeBlock*>(shown.widget)) {
        code->setCode(block.language, block.text);
    }
    shown.block = std::move(block);
    shown.height = -1;
    ++renderedBlocks_;
}

QWidget* MarkdownView::makeWidget(MarkdownBlock::Kind kind) {
    QWidget* widget = nullptr;
    if (kind == MarkdownBlock::Kind::Code) {
        widget = new CodeBlock(theme_, this);
    } else {
        auto* text = new TextBlock(theme_, this);
        connect(text, &TextBlock::linkActivated, this, &MarkdownView::linkActivated);
        widget = text;
    }
    widget->QWidget::show();
    return widget;
}

int MarkdownView::heightFor(int width) {
    int total = 0;
    for (Shown& shown : blocks_) {
        if (shown.height < 0 || width != measuredWidth_) {
            if (auto* text = qobject_cast<TextBlock*>(shown.widget)) {
                shown.height = text->heightFor(width);
            } else if (auto* code = qobject_cast<CodeBlock*>(shown.widget)) {
                shown.height = code->heightFor(width);
            }
        }
        total += shown.height + (total > 0 ? space::kMedium : 0);
    }
    measuredWidth_ = width;
    place(width);
    return total;
}

void MarkdownView::place(int width) {
    int top = 0;
    for (const Shown& shown : blocks_) {
        shown.widget->setGeometry(0, top, width, shown.height);
        top += shown.height + space::kMedium;
    }
}

void MarkdownView::resizeEvent(QResizeEvent*) {
    if (width() != measuredWidth_) heightFor(width());
}

}  // namespace dsm
