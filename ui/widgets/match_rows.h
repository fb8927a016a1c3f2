// matchRows: the widgets that show the items of a list, in its order.
//
// A widget whose item is still there is kept, so that the keyboard stays where it is; for a new
// item one is made; those without an item go.
//
// Threads  Main thread.
#pragma once

#include <QBoxLayout>
#include <algorithm>
#include <utility>
#include <vector>

namespace dsm {

// The layout holds the rows from place `first` on. `isOf(row, item)` says whose row it is; `make()`
// makes a row. Contents are the caller's to set.
template <class Row, class Items, class IsOf, class Make>
void matchRows(std::vector<Row*>& rows, const Items& items, QBoxLayout* layout, int first,
               const IsOf& isOf, const Make& make) {
    std::vector<Row*> old = std::exchange(rows, {});
    for (const auto& item : items) {
        const auto found =
            std::find_if(old.begin(), old.end(), [&](const Row* row) { return isOf(*row, item); });
        Row* row = found != old.end() ? *found : make();
        if (found != old.end()) old.erase(found);
        const int place = first + static_cast<int>(rows.size());
        if (layout->indexOf(row) != place) {
            layout->removeWidget(row);
            layout->insertWidget(place, row);
        }
        rows.push_back(row);
    }
    for (Row* row : old) {
        layout->removeWidget(row);
        row->hide();
        row->deleteLater();
    }
}

}  // namespace dsm
