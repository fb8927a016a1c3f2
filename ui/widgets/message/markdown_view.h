// MarkdownView: a Markdown text as a stack of texts, code and tables that grows cheaply.
//
// A text that grows is read again as a whole, which takes well below a millisecond for what fits
// into a context; what is shown of its beginning stays as it is, and only what changed is laid out.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QUrl>
#include <QWidget>
#include <vector>

#include "ui/widgets/message/markdown_parts.h"

class QAbstractScrollArea;

namespace dsm {

class Theme;

class MarkdownView : public QWidget {
    Q_OBJECT

  public:
    explicit MarkdownView(const Theme& theme, QWidget* parent = nullptr);

    void setSource(const QString& source);
    // A text to be shown as it is.
    void setPlain(const QString& text);
    // For text that continues the present source.
    void append(const QString& delta);
    const QString& source() const { return source_; }

    // Lays itself out for the width and returns the height that takes.
    int heightFor(int width);
    const MarkdownParts& parts() const { return parts_; }
    // The widgets from top to bottom: each a TextBlock or a CodeBlock.
    std::vector<QWidget*> pieces() const;

    // Shows where the words are; an empty list shows none.
    void mark(const QStringList& words);
    // Around the first of them, in this widget; empty where none is found.
    QRect firstMark();
    bool hasSelection() const;
    // The widgets with the text, from top to bottom; see text_widget.h.
    std::vector<QAbstractScrollArea*> texts() const;
    MarkdownParts selectedParts() const;

    // Whether code offers to be saved, for which somebody has to listen.
    void setCodeSavable(bool isSavable) { isCodeSavable_ = isSavable; }

  Q_SIGNALS:
    void linkActivated(const QUrl& url);
    void saveRequested(const QString& language, const QString& code);
    // The reader asked for other lines of code.
    void heightChanged();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    // One widget, and the parts that it shows.
    struct Piece {
        size_t first = 0;
        size_t count = 0;
        QWidget* widget = nullptr;
        MarkdownPart::Containers containers;  // around code or a table, which stands further in
        int height = -1;                      // -1: to be measured
    };

    void read();
    void showParts(MarkdownParts parts);
    bool beginsPiece(size_t part) const;
    void fill(Piece& piece);
    bool hasBar(size_t part, int bar) const;
    QWidget* makeWidget(MarkdownPart::Kind kind);
    QWidget* makeCode();
    void measureAgain(const QWidget* widget);
    void place(int width);

    const Theme& theme_;
    QString source_;
    MarkdownParts parts_;
    std::vector<Piece> pieces_;
    QStringList marks_;
    int measuredWidth_ = -1;
    bool isCodeSavable_ = false;
};

}  // namespace dsm
