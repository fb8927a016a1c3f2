// Own files: what lies in their places is looked at before anybody opens them.
//
// A pipe or a socket, whose opening would wait for ever, is set aside, and so is a list that is no
// JSON, which its owner would begin anew and write over.
//
// Threads  Before others use the files.
#pragma once

#include <QStringList>

namespace dsm {

struct Paths;

// What was set aside, in sentences for people; the log has them too.
QStringList setAsideStrangeFiles(const Paths& paths);

}  // namespace dsm
