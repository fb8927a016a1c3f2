// The reader behind latex.h: a recursive descent over the characters. A failure is remembered and
// ends every loop; what is returned after one means nothing.
//
// Threads  One reader for one formula.
#pragma once

#include <QString>
#include <QStringView>
#include <optional>

#include "ui/widgets/math/math_alphabets.h"
#include "ui/widgets/math/math_node.h"

namespace dsm::math {

inline constexpr int kDeepestFormula = 48;  // groups within groups; deeper ones are not read

class LatexReader {
  public:
    explicit LatexReader(QStringView latex) : text_(latex) {}

    std::optional<List> read();

  private:
    // What a list ends before.
    enum class End { Text, Brace, Bracket, Cell, Fence, Dollar };

    void fail() { hasFailed_ = true; }
    bool isAtEnd() const { return at_ >= text_.size() || hasFailed_; }
    QChar peek() const { return at_ < text_.size() ? text_[at_] : QChar(); }
    bool isNext(QStringView what) const { return text_.mid(at_).startsWith(what); }
    bool skip(QStringView what);
    void skipSpaces();
    // The name of the command that begins here, without its backslash; nothing is read.
    QStringView peekCommand() const;
    // The same where it is one of these two.
    bool isCommand(QStringView name) const { return peekCommand() == name; }
    void readCommandName() { at_ += 1 + peekCommand().size(); }

    List readList(End end);
    bool isEndOf(End end);
    bool readInfix(List& list, End end);
    // Reads one atom with its scripts, or a command that is none.
    void readOne(List& list);
    void readNucleus(List& list);
    void readCharacter(List& list);
    void readWords(List& list);
    void readScripts(Node& node);
    void readPrimes(Node& node);
    List readArgument();
    std::optional<List> readOptional();
    QString readRaw();  // what stands between braces, as it is
    double readLength();
    double lengthOf(QStringView text);
    std::optional<char32_t> readDelimiter();

    // latex_reader_commands.cpp
    void readCommand(List& list);
    bool readNamed(List& list, const QString& name);
    bool readSpace(List& list, QStringView name);
    bool readFraction(List& list, QStringView name);
    bool readStyle(List& list, QStringView name);
    bool readAround(List& list, QStringView name);
    bool readStacked(List& list, QStringView name);
    bool readRest(List& list, QStringView name);
    void readRoot(List& list);
    void readFence(List& list);

    // latex_reader_operators.cpp
    bool readClass(List& list, QStringView name);
    bool readBig(List& list, QStringView name);
    void readModulus(List& list, QStringView name);
    void readNot(List& list);
    void readOperatorName(List& list);

    // latex_reader_text.cpp
    bool readTextCommand(List& list, QStringView name);
    List readText(const QString& raw, bool isBold, bool isItalic);

    // latex_reader_tables.cpp
    void readEnvironment(List& list);
    std::optional<Node> tableNamed(const QString& name);
    void readArrayColumns(Columns& columns);
    void readRows(Node& table);
    void readRow(Node& table);
    void readSubstack(List& list);
    static List stacked(List lines);

    QStringView text_;
    qsizetype at_ = 0;
    int depth_ = 0;
    bool hasFailed_ = false;
    Alphabet alphabet_ = Alphabet::Usual;
};

}  // namespace dsm::math
