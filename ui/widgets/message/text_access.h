// What a screen reader is told of the text of a message: as it is read, with the sources of formulas
// in the place of the characters that stand for them, by the lines of the screen.
//
// Threads  Main thread.
#pragma once

namespace dsm {

// Once for the program; further calls do nothing.
void installTextAccess();

}  // namespace dsm
