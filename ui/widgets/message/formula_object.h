// FormulaObject: lets a text document show formulas in its lines, on their baseline.
//
// In the document a formula is one character, whose format has the source, and a long one a
// character for each of its pieces; what is wider than the text is made smaller until it fits.
//
// Ownership  Belongs to the document it is made for.
// Threads    Main thread.
#pragma once

#include <QTextDocument>
#include <QTextObjectInterface>

class QTextCursor;

namespace dsm {

class FormulaObject : public QObject, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)

  public:
    // What stands for a formula in documents.
    static constexpr int kType = QTextFormat::UserObject + 1;
    static constexpr int kSource = QTextFormat::UserProperty + 3;
    static constexpr int kPiece = QTextFormat::UserProperty + 4;

    explicit FormulaObject(QTextDocument& document);

    // Puts the formula at the cursor, or what it is written as where it cannot be shown.
    static void insert(QTextCursor& cursor, const QString& source, QTextCharFormat format);
    // How many characters it takes in a document.
    static int lengthOf(const QString& source, const QFont& text);
    // Whether lines of the height, baseline at four fifths of it, have room for the formula.
    static bool fitsLine(const QString& source, const QFont& text, int pixels, int lineHeight);
    // What is selected, with the sources of its formulas.
    static QString selectedText(const QTextCursor& cursor);

    QSizeF intrinsicSize(QTextDocument* document, int position, const QTextFormat& format) override;
    void drawObject(QPainter* painter, const QRectF& rect, QTextDocument* document, int position,
                    const QTextFormat& format) override;
};

}  // namespace dsm
