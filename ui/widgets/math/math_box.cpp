#include "ui/widgets/math/math_box.h"

#include <algorithm>
#include <iterator>

namespace dsm::math {

void Box::add(Box other, double x, double y) {
    ascent = std::max(ascent, other.ascent - y);
    descent = std::max(descent, other.descent + y);
    for (Mark& mark : other.marks)
        mark.at += QPointF(x, y);
    marks.insert(marks.end(), std::make_move_iterator(other.marks.begin()),
                 std::make_move_iterator(other.marks.end()));
}

void Box::append(Box other) {
    const double end = width + other.width;
    add(std::move(other), width, 0);
    width = end;
}

void Box::addRule(double x, double y, double ruleWidth, double ruleHeight) {
    Mark mark;
    mark.kind = Mark::Kind::Rule;
    mark.at = {x, y};
    mark.size = {ruleWidth, ruleHeight};
    marks.push_back(std::move(mark));
    ascent = std::max(ascent, -y);
    descent = std::max(descent, y + ruleHeight);
}

}  // namespace dsm::math
