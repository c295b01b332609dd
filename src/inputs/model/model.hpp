#pragma once

#include <string>

#include <inputs/content.hpp>

namespace convtune {

/// Reads a serialised model. Throws Error(bad_input) for one that is damaged, Error(environment)
/// where this build cannot read models. What it leaves open is added to `open`.
ProblemList read_model_file(const std::string& content, const OpenDimensions& dimensions,
                            const std::string& source_name, ModelReading reading,
                            DimensionNames& open);

}  // namespace convtune
