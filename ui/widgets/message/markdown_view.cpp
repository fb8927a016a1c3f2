#include "ui/widgets/message/markdown_view.h"

#include <QPainter>
#include <algorithm>

#include "ui/widgets/message/code_block.h"
#include "ui/widgets/message/markdown_document.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/message/text_widget.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

bool isCodeBlock(MarkdownPart::Kind kind) {
    return kind == MarkdownPart::Kind::Code || kind == MarkdownPart::Kind::LongText;
}

bool isText(MarkdownPart::Kind kind) {
    return !isCodeBlock(kind) && kind != MarkdownPart::Kind::Table;
}

}  // namespace

MarkdownView::MarkdownView(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    connect(&theme, &Theme::changed, this, [this] {
        for (Piece& piece : pieces_)
            piece.height = -1;
    });
}

void MarkdownView::setSource(const QString& source) {
    if (source == source_) return;
    source_ = source;
    read();
}

void MarkdownView::setPlain(const QString& text) {
    if (text == source_) return;
    source_ = text;
    showParts(readPlain(source_));
}

void MarkdownView::append(const QString& delta) {
    if (delta.isEmpty()) return;
    source_ += delta;
    read();
}

// Code and tables have widgets of their own, the texts between them share one.
bool MarkdownView::beginsPiece(size_t part) const {
    return part == 0 || !isText(parts_[part].kind) || !isText(parts_[part - 1].kind);
}

void MarkdownView::read() {
    showParts(readMarkdown(source_));
}

void MarkdownView::showParts(MarkdownParts parts) {
    const auto differs = std::mismatch(parts_.begin(), parts_.end(), parts.begin(), parts.end());
    const auto firstChanged = static_cast<size_t>(differs.first - parts_.begin());
    parts_ = std::move(parts);
    size_t used = 0;
    for (size_t part = 0; part < parts_.size(); ++used) {
        if (used == pieces_.size()) pieces_.emplace_back();
        Piece& piece = pieces_[used];
        const size_t count = piece.count;
        piece.first = part++;
        while (part < parts_.size() && !beginsPiece(part))
            ++part;
        piece.count = part - piece.first;
        if (part > firstChanged || piece.count != count) fill(piece);
    }
    while (pieces_.size() > used) {
        delete pieces_.back().widget;
        pieces_.pop_back();
    }
}

void MarkdownView::fill(Piece& piece) {
    const MarkdownPart& first = parts_[piece.first];
    const bool isCode = isCodeBlock(first.kind);
    if (piece.widget != nullptr && isCode != (qobject_cast<CodeBlock*>(piece.widget) != nullptr)) {
        delete piece.widget;
        piece.widget = nullptr;
    }
    if (piece.widget == nullptr) piece.widget = makeWidget(first.kind);
    piece.containers = isText(first.kind) ? MarkdownPart::Containers() : first.containers;
    if (auto* code = qobject_cast<CodeBlock*>(piece.widget)) {
        if (first.kind == MarkdownPart::Kind::LongText) {
            code->setLongText(first.code);
        } else {
            code->setCode(first.language, first.code);
        }
        if (!marks_.isEmpty()) code->mark(marks_);
    } else if (auto* text = qobject_cast<TextBlock*>(piece.widget)) {
        const auto begin = parts_.begin() + static_cast<std::ptrdiff_t>(piece.first);
        text->setParts({begin, begin + static_cast<std::ptrdiff_t>(piece.count)});
    }
    piece.height = -1;
}

QWidget* MarkdownView::makeWidget(MarkdownPart::Kind kind) {
    QWidget* widget = nullptr;
    if (isCodeBlock(kind)) {
        widget = makeCode();
    } else {
        auto* text = new TextBlock(theme_, this);
        connect(text, &TextBlock::linkActivated, this, &MarkdownView::linkActivated);
        if (!marks_.isEmpty()) text->mark(marks_);
        widget = text;
    }
    widget->QWidget::show();
    return widget;
}

QWidget* MarkdownView::makeCode() {
    auto* code = new CodeBlock(theme_, this);
    code->setSavable(isCodeSavable_);
    connect(code, &CodeBlock::saveRequested, this, &MarkdownView::saveRequested);
    connect(code, &CodeBlock::heightChanged, this, [this, code] { measureAgain(code); });
    return code;
}

void MarkdownView::measureAgain(const QWidget* widget) {
    for (Piece& piece : pieces_)
        if (piece.widget == widget) piece.height = -1;
    Q_EMIT heightChanged();
}

int MarkdownView::heightFor(int width) {
    int total = 0;
    for (Piece& piece : pieces_) {
        if (piece.height < 0 || width != measuredWidth_) {
            const int inner = width - indentOf(piece.containers);
            if (auto* text = qobject_cast<TextBlock*>(piece.widget)) {
                piece.height = text->heightFor(inner);
            } else if (auto* code = qobject_cast<CodeBlock*>(piece.widget)) {
                piece.height = code->heightFor(inner);
            }
        }
        total += piece.height + (total > 0 ? space::kMedium : 0);
    }
    measuredWidth_ = width;
    place(width);
    return total;
}

void MarkdownView::place(int width) {
    int top = 0;
    for (const Piece& piece : pieces_) {
        const int indent = indentOf(piece.containers);
        piece.widget->setGeometry(indent, top, width - indent, piece.height);
        top += piece.height + space::kMedium;
    }
    update();
}

std::vector<QWidget*> MarkdownView::pieces() const {
    std::vector<QWidget*> widgets;
    for (const Piece& piece : pieces_)
        widgets.push_back(piece.widget);
    return widgets;
}

void MarkdownView::mark(const QStringList& words) {
    marks_ = words;
    for (const Piece& piece : pieces_) {
        if (auto* text = qobject_cast<TextBlock*>(piece.widget)) text->mark(words);
        if (auto* code = qobject_cast<CodeBlock*>(piece.widget)) code->mark(words);
    }
}

QRect MarkdownView::firstMark() {
    for (const Piece& piece : pieces_) {
        QRect found;
        if (auto* text = qobject_cast<TextBlock*>(piece.widget)) found = text->firstMark();
        if (auto* code = qobject_cast<CodeBlock*>(piece.widget)) found = code->firstMark();
        if (!found.isNull()) return found.translated(piece.widget->pos());
    }
    return {};
}

std::vector<QAbstractScrollArea*> MarkdownView::texts() const {
    std::vector<QAbstractScrollArea*> found;
    for (const Piece& piece : pieces_) {
        if (auto* text = qobject_cast<TextBlock*>(piece.widget)) {
            found.push_back(text);
        } else if (auto* code = qobject_cast<CodeBlock*>(piece.widget)) {
            found.push_back(code->textWidget());
        }
    }
    return found;
}

bool MarkdownView::hasSelection() const {
    const auto all = texts();
    return std::any_of(all.begin(), all.end(),
                       [](const auto* text) { return cursorOf(*text).hasSelection(); });
}

MarkdownParts MarkdownView::selectedParts() const {
    MarkdownParts selected;
    for (const Piece& piece : pieces_) {
        if (auto* text = qobject_cast<TextBlock*>(piece.widget)) {
            const MarkdownParts parts = text->selectedParts();
            selected.insert(selected.end(), parts.begin(), parts.end());
        } else if (auto* code = qobject_cast<CodeBlock*>(piece.widget)) {
            MarkdownPart part = parts_[piece.first];
            part.code = code->selectedCode();
            if (!part.code.isEmpty()) selected.push_back(std::move(part));
        }
    }
    return selected;
}

void MarkdownView::resizeEvent(QResizeEvent*) {
    if (width() != measuredWidth_) heightFor(width());
}

bool MarkdownView::hasBar(size_t part, int bar) const {
    if (part >= parts_.size()) return false;
    const std::vector<int> bars = barsOf(parts_[part].containers);
    return std::find(bars.begin(), bars.end(), bar) != bars.end();
}

// The bars of the quotes in which code and tables lie; texts draw their own.
void MarkdownView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    for (const Piece& piece : pieces_) {
        for (const int bar : barsOf(piece.containers)) {
            QRect place(bar, piece.widget->y(), kBarWidth, piece.height);
            if (piece.first > 0 && hasBar(piece.first - 1, bar)) {
                place.setTop(place.top() - space::kMedium);
            }
            if (hasBar(piece.first + piece.count, bar)) {
                place.setBottom(place.bottom() + space::kMedium);
            }
            painter.fillRect(place, theme_.color(ColorRole::BorderStrong));
        }
    }
}

}  // namespace dsm
