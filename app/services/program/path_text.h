// Paths between Qt's texts and the system: the one way for both directions.
//
// Threads  Any.
#pragma once

#include <QString>
#include <filesystem>

namespace dsm {

// A path as the system has it.
std::filesystem::path toPath(const QString& path);
QString pathText(const std::filesystem::path& path);

}  // namespace dsm
