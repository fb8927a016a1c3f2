// ChartAxis: which numbers a length of the screen stands for, and where its marks are.
//
// Marks lie at 1, 2 or 5 times a power of ten; on a logarithmic axis at powers of ten, with 2 and 5
// between them where there is room. An axis is never empty: a single number gets room around it.
//
// Threads  Plain values.
#pragma once

#include <QString>
#include <vector>

namespace dsm {

struct ChartRange {
    double least = 0;
    double most = 1;

    double length() const { return most - least; }
    bool contains(double value) const { return value >= least && value <= most; }
    bool operator==(const ChartRange&) const = default;
};

class ChartAxis {
  public:
    // A logarithmic axis wants positive ends (CHECK by assertion in debug builds): rangeFor() gives
    // them.
    ChartAxis(ChartRange range, bool isLogarithmic)
        : range_(range), isLogarithmic_(isLogarithmic) {}

    // The range that shows numbers from `least` to `most`, with a little room.
    static ChartRange rangeFor(double least, double most, bool isLogarithmic);

    const ChartRange& range() const { return range_; }
    bool isLogarithmic() const { return isLogarithmic_; }

    // 0 at the beginning, 1 at the end, beyond them outside.
    double shareOf(double value) const;
    double valueAt(double share) const;

    // At most about `count` marks, from the least to the most.
    std::vector<double> marks(int count) const;
    // A mark of these for people, with the digits that tell it from its neighbours.
    QString markText(double mark, const std::vector<double>& marks) const;

  private:
    ChartRange range_;
    bool isLogarithmic_;
};

// A number of an axis for people, with the digits that tell it from a neighbour `step` away.
QString axisText(double value, double step);

}  // namespace dsm
