// The signs that have a name in LaTeX, and what kind of atom a character is.
//
// Source   The TeXbook, appendix F; amsmath and amssymb; unicode-math for the code points.
// Threads  Pure functions.
#pragma once

#include <QStringView>
#include <optional>

#include "ui/widgets/math/math_node.h"

namespace dsm::math {

struct Symbol {
    char32_t code = 0;
    AtomClass atom = AtomClass::Ordinary;
    bool isLarge = false;  // larger in displays
    Node::Limits limits = Node::Limits::Never;
};

// Of a name without its backslash.
std::optional<Symbol> symbolNamed(QStringView name);
// Of a character as it is typed.
Symbol symbolOf(char32_t character);
// Of what may stand behind \left, \right, \big: a character or a name; 0 stands for ".".
std::optional<char32_t> delimiterNamed(QStringView name);
// sin, log, lim and the like: whether their limits stand below.
std::optional<Node::Limits> functionNamed(QStringView name);

struct AccentSign {
    char32_t code = 0;
    bool isWide = false;
    bool isBelow = false;
};
std::optional<AccentSign> accentNamed(QStringView name);

}  // namespace dsm::math
