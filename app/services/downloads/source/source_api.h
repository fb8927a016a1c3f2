// The api that a source of models is asked by.
//
// Threads  As repository_api.h.
#pragma once

#include <memory>

#include "app/services/downloads/source/repository_api.h"
#include "app/services/downloads/source/source.h"

namespace dsm {

std::unique_ptr<RepositoryApi> apiOf(const Source& source, HttpClient& http);

}  // namespace dsm
