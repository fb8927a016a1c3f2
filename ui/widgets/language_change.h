// What a widget does when the program speaks another language: it writes its texts again.
//
// Ownership  What is asked for lives as long as the widget.
// Threads    Main thread.
#pragma once

#include <functional>

class QWidget;

namespace dsm {

// Calls `translate` whenever the language has changed: before the widget's children hear of it.
void onLanguageChange(QWidget* widget, std::function<void()> translate);

}  // namespace dsm
