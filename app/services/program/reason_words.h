// The reasons of the engine in the reader's language: of refused rows, data that cannot be used and
// runs that failed. A reason without a code is shown as it is, in English.
//
// Threads  Any; presentError() on the thread that made the error.
#pragma once

#include <QString>

#include "app/services/program/reason_shown.h"

namespace dsm {

QString presentReason(const ReasonShown& reason);
QString presentError(const Error& error);
// Of a number of the system's (errno).
QString presentSystemReason(int error);

}  // namespace dsm
