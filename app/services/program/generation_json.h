// The choices of a generation as a JSON object: of a chat, and of a preset.
//
// Threads  Any.
#pragma once

#include <optional>
#include <string>

#include "app/services/program/generation_types.h"

namespace dsm {

std::string toJson(const GenerationChoices& choices);
// Missing, unknown and misshapen keys read as the defaults; nullopt for what is no JSON object, and for
// one that holds no choice at all. Not clamped (settings.h).
std::optional<GenerationChoices> choicesFromJson(const std::string& json);

}  // namespace dsm
