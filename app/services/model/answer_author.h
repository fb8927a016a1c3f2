// Who answers: a model, or a model with an adapter, by the name that a reply is kept with.
//
// Threads  Any.
#pragma once

#include <filesystem>
#include <string>

namespace dsm {

// Between the names of model and adapter.
inline constexpr const char* kWithAdapter = " + ";

// Of a checkpoint, with the run that it is of.
std::string adapterNameOf(const std::filesystem::path& folder);
// `adapter` "": without one.
std::string answerAuthor(const std::string& model, const std::filesystem::path& adapter);

}  // namespace dsm
