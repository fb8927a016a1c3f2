// TableDocument: a table in a text document, to which a row more costs a row.
//
// A text document measures and lays out every cell of a table whenever one of them changes. So a
// large table lies there as several below each other, of some rows each, whose columns have the
// widths that are reckoned here: what is written is measured once, and only the last of them is
// written anew while the table grows. Its lines are drawn here: a document asks the formats of each
// cell and of its neighbours for them. A small table is left to the document.
//
//   natural   the width of a column's longest line, taken up to the next of a few steps, so that a
//             cell that grows seldom moves all others
//   word      that of its longest word
//   width     natural where all of them have room, else word and a share of what is left
//
// Ownership  Borrows the document and the theme.
// Threads    Main thread.
#pragma once

#include <vector>

#include "ui/widgets/message/markdown_parts.h"

class QPainter;
class QRectF;
class QTextDocument;

namespace dsm {

class Theme;

class TableDocument {
  public:
    TableDocument(QTextDocument& document, const Theme& theme)
        : document_(document), theme_(theme) {}

    // Shows the table, whose rows before `firstChanged` are there as they are; 0 writes all anew.
    // Returns how many cells were written.
    int write(const MarkdownPart& table, size_t firstChanged);
    // The document holds something else from now on.
    void forget();
    // In pixels.
    void fitTo(int width);
    // The lines of a large table, within `clip`; all in the document's coordinates.
    void paintLines(QPainter& painter, const QRectF& clip) const;

  private:
    struct Need {
        double natural = 0;
        double word = 0;
    };
    using Needs = std::vector<Need>;  // of each column

    size_t rowsOfPart(const MarkdownPart& table) const;
    Needs needsOf(const MarkdownPart& table, size_t begin, size_t end) const;
    std::vector<double> reckonedWidths() const;
    void keep(size_t parts);
    void add(const MarkdownPart& table, size_t begin, size_t end);
    void applyWidths();

    QTextDocument& document_;
    const Theme& theme_;
    std::vector<Needs> needs_;  // of each part
    std::vector<double> widths_;
    int width_ = 0;
    bool isReckoned_ = false;  // else the document knows best
};

}  // namespace dsm
