#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include <convtune/problem_list.hpp>

namespace convtune {

/// What a model leaves open and the caller says: sizes by the names of their dimensions. A
/// dimension without a name is called "INPUT.AXIS", such as "x.0".
using OpenDimensions = std::map<std::string, std::int64_t>;

using DimensionNames = std::set<std::string>;

/// Where models are read. `apart`: in another process, which they may end; slower by some
/// milliseconds. `none`: in this one, for tests and fuzzers that want to see what happens.
enum class ModelReading { apart, here };

/// Reads what needs a library, by content: ONNX models and JSON. Everything that is wrong with a
/// part becomes a note and the rest goes on; a file that is damaged as a whole throws
/// Error(bad_input). The names of what models leave open are added to `open`, which must live on.
ContentReader content_reader(OpenDimensions dimensions = {}, DimensionNames* open = nullptr,
                             ModelReading reading = ModelReading::apart);

/// "1.12.0" of the library that reads ONNX models; empty where this build has none.
std::string onnx_library_version();

}  // namespace convtune
