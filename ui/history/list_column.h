// The column of a dialog around a list: its margins, and the least room of the list.
//
// Ownership  The column is the content's.
#pragma once

#include <QListWidget>
#include <QVBoxLayout>

#include "ui/widgets/theme.h"

namespace dsm {

// `width` is the dialog's.
inline QVBoxLayout* makeListColumn(QWidget* content, QListWidget* list, int width, int listHeight) {
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    list->setMinimumHeight(listHeight);
    list->setMinimumWidth(width - 2 * space::kHuge);
    return column;
}

}  // namespace dsm
