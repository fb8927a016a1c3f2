// What a formula looks like: glyphs, rules and words, each with its place.
//
// Units    Thousandths of the size of the type. x to the right, y down, from the left end of the
//          baseline.
// Threads  Plain values.
#pragma once

#include <QPointF>
#include <QSizeF>
#include <QString>
#include <vector>

namespace dsm::math {

struct Mark {
    enum class Kind : quint8 {
        Glyph,  // of the mathematical font, in `scale`
        Rule,   // filled, `size` to the right and down
        Line,   // from here to `size` to the right and down
        Words   // in the font of the text, in `scale`
    };

    Kind kind = Kind::Glyph;
    quint32 glyph = 0;
    double scale = 1;
    QPointF at;
    QSizeF size;
    QString words;
    bool isBold = false;
    bool isItalic = false;
};

struct Box {
    double width = 0;
    double ascent = 0;
    double descent = 0;
    double italic = 0;        // how far the last sign leans out to the right, within the width
    double accentPlace = -1;  // where an accent stands over it; -1: over the middle
    bool isCharacter = false;
    std::vector<Mark> marks;

    double height() const { return ascent + descent; }
    // Takes the marks of the other, moved, and the room they need upwards and downwards.
    void add(Box other, double x, double y);
    // Adds the other at the right end.
    void append(Box other);
    void addRule(double x, double y, double width, double height);
};

}  // namespace dsm::math
