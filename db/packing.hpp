#pragma once

#include <vector>

#include <convtune/measurement.hpp>

#include "value.hpp"

namespace convtune::db {

/// Samples as bytes, exactly (the format is in db/README.md).
Blob pack(const std::vector<Sample>& samples);

/// Throws BadRow for bytes that pack does not make.
std::vector<Sample> unpack(const Blob& packed);

}  // namespace convtune::db
