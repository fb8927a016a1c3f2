#include "ui/widgets/chart/chart_axis.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace dsm {
namespace {

constexpr double kRoom = 0.04;  // of the length, on either side
constexpr double kSmallest = 1e-12;

// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
double roundStep(double step) {
    const double power = std::pow(10.0, std::floor(std::log10(step)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= step * (1 - 1e-9)) return factor * power;
    }
    return 10 * power;
}

// The power of ten of its first digit.
double powerOf(double value) {
    return std::pow(10.0, std::floor(std::log10(value) + 1e-9));
}

bool hasOneDigit(double value) {
    const double digit = value / powerOf(value);
    return std::abs(digit - std::round(digit)) < 1e-6;
}

std::vector<double> decadeMarks(const ChartRange& range, const std::vector<double>& factors) {
    std::vector<double> marks;
    const int first = static_cast<int>(std::floor(std::log10(range.least)));
    const int last = static_cast<int>(std::ceil(std::log10(range.most)));
    for (int decade = first; decade <= last; ++decade) {
        for (const double factor : factors) {
            const double mark = factor * std::pow(10.0, decade);
            if (range.contains(mark)) marks.push_back(mark);
        }
    }
    return marks;
}

}  // namespace

ChartRange ChartAxis::rangeFor(double least, double most, bool isLogarithmic) {
    if (isLogarithmic) {
        least = std::max(least, kSmallest);
        most = std::max(most, least);
        const double factor = std::pow(most / least, kRoom);
        if (factor < 1.01) return {least / 1.5, most * 1.5};
        return {least / factor, most * factor};
    }
    const double length = most - least;
    if (length <= std::abs(most) * 1e-9) {
        const double around = std::max(std::abs(most) * 0.1, 1e-6);
        return {least - around, most + around};
    }
    return {least - length * kRoom, most + length * kRoom};
}

double ChartAxis::shareOf(double value) const {
    if (!isLogarithmic_) return (value - range_.least) / range_.length();
    const double low = std::log(range_.least);
    return (std::log(std::max(value, kSmallest)) - low) / (std::log(range_.most) - low);
}

double ChartAxis::valueAt(double share) const {
    if (!isLogarithmic_) return range_.least + share * range_.length();
    return range_.least * std::pow(range_.most / range_.least, share);
}

std::vector<double> ChartAxis::marks(int count) const {
    count = std::max(count, 2);
    if (isLogarithmic_) {
        std::vector<double> marks = decadeMarks(range_, {1});
        if (static_cast<int>(marks.size()) * 3 <= count) marks = decadeMarks(range_, {1, 2, 5});
        if (marks.size() >= 2) {
            // Many decades: each second, third, ...
            const size_t every =
                (marks.size() + static_cast<size_t>(count) - 1) / static_cast<size_t>(count);
            std::vector<double> some;
            for (size_t i = 0; i < marks.size(); i += every)
                some.push_back(marks[i]);
            return some;
        }
    }
    // One mark alone would say neither how far the range goes nor how fine its numbers are.
    constexpr int kTries = 3;
    std::vector<double> marks;
    for (int i = 0; i < kTries && marks.size() < 2; ++i, count *= 2) {
        const double step = roundStep(range_.length() / count);
        marks.clear();
        for (double at = std::ceil(range_.least / step); at * step <= range_.most; ++at)
            marks.push_back(at * step);
    }
    return marks;
}

QString ChartAxis::markText(double mark, const std::vector<double>& marks) const {
    // By decades each number has digits of its own; by equal steps all have the same.
    if (isLogarithmic_ && std::all_of(marks.begin(), marks.end(), hasOneDigit))
        return axisText(mark, powerOf(mark));
    const double step = marks.size() < 2
                            ? 1
                            : std::min(marks[1] - marks[0], marks.back() - marks[marks.size() - 2]);
    return axisText(mark, step);
}

QString axisText(double value, double step) {
    const double size = std::max(std::abs(value), std::abs(step));
    const QLocale locale;
    if (value == 0) return locale.toString(0);
    if (size >= 1e7 || size < 1e-4) return locale.toString(value, 'g', 3);
    const int digits =
        std::clamp(static_cast<int>(std::ceil(-std::log10(std::abs(step)) - 1e-9)), 0, 6);
    return locale.toString(value, 'f', digits);
}

}  // namespace dsm
