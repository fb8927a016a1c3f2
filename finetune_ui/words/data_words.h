// How the study of a data set is worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QString>

#include "app/services/training/data/data_types.h"

namespace dsm {

// "CSV, separated by semicolons"
QString presentFormat(const DataFile& file);
// "line 7 of a.csv"
QString presentPlace(const DataPlace& place);
QString presentNote(DataNote note);
// Rows that are in the evaluation, too, and which; "": there are none.
QString presentLeak(const DataFindings& findings);
bool isWarning(DataNote note);
QString presentSpeaker(DataTurn::Speaker speaker);

}  // namespace dsm
