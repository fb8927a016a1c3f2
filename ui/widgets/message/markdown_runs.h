// Reads the inside of a paragraph from cmark's tree: runs of text of one look each.
//
// Threads  One reader for one document.
#pragma once

#include <cmark-gfm.h>

#include "ui/widgets/message/markdown_types.h"

namespace dsm {

class RunsReader {
  public:
    void enter(cmark_node* node);
    void exit(cmark_node* node);
    void add(const QString& text, int style = MarkdownRun::Plain);
    // What was read since the last call.
    MarkdownRuns take();

  private:
    // Text of the document, with formulas between their marks.
    void addText(QString veiled);
    void endFormula();
    int styleOfNow() const;
    void endLink(cmark_node* node);
    void beginPicture();
    void endPicture(cmark_node* node);

    MarkdownRuns runs_;
    QString link_;
    size_t linkBegin_ = 0;
    size_t pictureBegin_ = 0;
    int strong_ = 0;
    int emphasis_ = 0;
    int struck_ = 0;
    int pictures_ = 0;
    bool isInFormula_ = false;
    QString formula_;
};

// The same runs in pieces of at most kLongestPiece characters; at least one piece.
std::vector<MarkdownRuns> piecesOf(MarkdownRuns runs);

// Whether the run is a formula on lines of its own.
bool isDisplay(const MarkdownRun& run);
// The same runs, those between formulas on lines of their own and each of these by itself, with the
// punctuation behind it. Without such formulas all together.
std::vector<MarkdownRuns> aroundDisplays(MarkdownRuns runs);

}  // namespace dsm
