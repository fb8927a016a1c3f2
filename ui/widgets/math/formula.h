// Formula: a piece of LaTeX between its signs, ready to be painted into a text.
//
// Its type is a little larger than that of the text, whose letters are larger for their size.
//
// Units      Pixels; `textPixels` is the size of the text around it.
// Ownership  Shared and kept for the next who asks; takes nothing of a font with it.
// Threads    Main thread.
#pragma once

#include <QFont>
#include <QPainter>
#include <QString>
#include <memory>
#include <vector>

#include "ui/widgets/math/math_box.h"
#include "ui/widgets/math/math_node.h"

namespace dsm {

class Formula {
  public:
    // Whether the source stands on lines of its own: \[..\], $$..$$ and environments.
    static bool isDisplay(QStringView source);
    // Whether it is a formula that can be laid out; asks for no font.
    static bool isReadable(const QString& source);
    // The formula with its signs; nullptr: it cannot be laid out. `words` is the font of the text.
    static std::shared_ptr<const Formula> of(const QString& source, const QFont& words);

    double width(double textPixels) const { return box_.width * typeOf(textPixels); }
    double ascent(double textPixels) const { return box_.ascent * typeOf(textPixels); }
    double descent(double textPixels) const { return box_.descent * typeOf(textPixels); }
    // With the pen of the painter, its left end and baseline at the point.
    void paint(QPainter& painter, QPointF at, double textPixels, const QFont& words) const;
    const math::Box& box() const { return box_; }

    // What a long one consists of: between these a line may end. Of a short one there are none.
    const std::vector<std::shared_ptr<const Formula>>& pieces() const { return pieces_; }

  private:
    explicit Formula(math::Box box) : box_(std::move(box)) {}

    static double typeOf(double textPixels);

    math::Box box_;
    std::vector<std::shared_ptr<const Formula>> pieces_;
};

}  // namespace dsm
