// What a formula says: atoms with their classes, as TeX's mathematical lists have them.
//
// Source   The TeXbook, chapter 17 and appendix G.
// Threads  Plain values.
#pragma once

#include <QString>
#include <vector>

namespace dsm::math {

enum class AtomClass : quint8 {
    Ordinary,
    Operator,
    Binary,
    Relation,
    Open,
    Close,
    Punctuation,
    Inner
};

enum class Style : quint8 { Display, Text, Script, ScriptScript };

struct Node;
using List = std::vector<Node>;

// A formula between signs that grow with it, and the lines of a table.
struct Columns {
    QString alignment;          // of each column: l, c or r; the last one holds for those behind
    std::vector<int> lines;     // before these columns stands a vertical line
    std::vector<int> rules;     // above these rows stands a horizontal one
    double gap = 1;             // between columns, em
    double outerGap = 0;        // beside the first and the last, em
    double rowGap = 0;          // beside what every row has between its lines, em
    bool isAligned = false;     // columns in pairs, right and left, as in align
    Style style = Style::Text;  // of a cell
    std::vector<double> skips;  // below each row, em
};

struct Node {
    enum class Kind : quint8 {
        Symbol,     // `symbol`
        Text,       // `text`, in the type of words
        Group,      // parts[0]
        Fraction,   // parts[0] above parts[1], between `open` and `close`
        Radical,    // the root of parts[0], of degree parts[1]
        Accent,     // `symbol` above parts[0], as wide as that where isWide
        Under,      // the same, below
        Overline,   // of parts[0]
        Underline,  //
        Boxed,      // a frame around it
        Struck,     // a line through it
        Stack,      // parts[0], above it parts[1], below it parts[2], both small
        Arrow,      // `symbol`, as long as parts[1] above and parts[2] below need it
        Fence,  // parts[0], parts[1].. with `marks` before, between and behind, as high as these
        Delimiter,  // `symbol`, `size` em high
        Table,      // rows
        Space,      // `size` em
        Line,       // the end of a line where there is no table
        StyleMark,  // what follows in the list has the style
        Phantom,    // the room of parts[0]
    };
    enum class Limits : quint8 { ByStyle, Always, Never };

    Kind kind = Kind::Symbol;
    AtomClass atom = AtomClass::Ordinary;
    Limits limits = Limits::Never;
    Style style = Style::Text;  // of a StyleMark; of a Fraction where hasStyle
    bool hasStyle = false;
    bool hasRule = true;     // of a Fraction
    bool isWide = false;     // of an accent
    bool isLarge = false;    // a Symbol that is larger in displays
    bool isNegated = false;  // a Symbol with a stroke through it
    bool hasWidth = true;    // of a Phantom, and its height
    bool hasHeight = true;
    bool isVisible = false;  // a Phantom that is seen, and takes no room where it says so
    bool hasSub = false;
    bool hasSuper = false;
    char32_t symbol = 0;
    char32_t open = 0;  // 0: none
    char32_t close = 0;
    double size = 0;
    QString text;
    bool isBold = false;  // of a Text
    bool isItalic = false;
    std::vector<char32_t> marks;
    std::vector<List> parts;
    std::vector<std::vector<List>> rows;
    Columns columns;
    List sub;
    List super;
};

}  // namespace dsm::math
