// The converter of the program: the engine's, in the types of the conversion service.
//
// For conversion_service.cpp only.
#pragma once

#include "app/services/library/conversion_types.h"

namespace dsm {

// Uses half of the cores, so that the program and a reply stay quick meanwhile.
ConversionEnd convertWithEngine(const ConversionTask& task,
                                const std::function<void(quint64 done, quint64 total)>& progress,
                                const std::stop_token& stop);

}  // namespace dsm
