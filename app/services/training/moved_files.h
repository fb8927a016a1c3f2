// Where files of a run lie after the folder of the program's data was moved: runs name them by their
// whole paths.
//
// Threads  Any.
#pragma once

#include <QString>

namespace dsm {

// The path itself where it is there; else its like in the folder, where that is there, and the path
// itself where it is not.
QString movedPath(const QString& path, const QString& dataFolder);
// A job with the paths of its model and its data made so.
QString movedSettings(const QString& settingsJson, const QString& dataFolder);

}  // namespace dsm
