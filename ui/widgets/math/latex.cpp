#include "ui/widgets/math/latex.h"

#include "ui/widgets/math/latex_reader.h"

namespace dsm::math {

std::optional<List> readLatex(QStringView latex) {
    if (latex.size() > kLongestFormula) return std::nullopt;
    return LatexReader(latex).read();
}

}  // namespace dsm::math
