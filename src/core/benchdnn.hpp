#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <convtune/problem.hpp>

namespace convtune {

/// One descriptor of oneDNN's benchdnn. Direction and types are not part of it.
struct BenchdnnDescriptor {
  ConvShape shape;
  std::string name;  ///< may be empty
  std::int64_t repeats = 1;
};

/// Throws SyntaxError. The shape may still break rules of ConvProblem.
BenchdnnDescriptor parse_benchdnn(std::string_view text);

/// Whether `text` begins as a descriptor does.
bool looks_like_benchdnn(std::string_view text);

}  // namespace convtune
