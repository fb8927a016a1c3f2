// Reads a formula as LaTeX writes it, without the signs around it.
//
// It knows what models write: the mathematics of LaTeX and amsmath, no definitions, no files. What
// it does not know, and what is not a whole formula, gives nothing: it is shown as written.
//
// Threads  Pure function. Time and memory are bounded: kLongestFormula, and kDeepestFormula of the
//          reader behind it.
#pragma once

#include <QStringView>
#include <optional>

#include "ui/widgets/math/math_node.h"

namespace dsm::math {

inline constexpr qsizetype kLongestFormula = 4000;

std::optional<List> readLatex(QStringView latex);

}  // namespace dsm::math
