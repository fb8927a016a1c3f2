// AboutDialog: what the program is, its versions and its keys.
//
// Ownership  Borrows the theme for its making.
// Threads    Main thread.
#pragma once

#include "ui/widgets/scroll_dialog.h"

namespace dsm {

class Theme;
struct ModelStatus;

class AboutDialog : public ScrollDialog {
    Q_OBJECT

  public:
    AboutDialog(const Theme& theme, const ModelStatus& status, QWidget* parent = nullptr);
};

}  // namespace dsm
