#pragma once

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include <convtune/store.hpp>

namespace convtune {

/// What went from one store to another.
struct Exchanged {
  std::int64_t runs = 0;            ///< that are new there
  std::int64_t known = 0;           ///< runs that were there already
  std::int64_t denials = 0;         ///< seen, new or not
  std::int64_t rejected = 0;        ///< lines, or rows, that were left out
  std::vector<std::string> faults;  ///< why, one sentence each; the first hundred
};

/// Gives the store as lines of JSON to `write`: a head, then a run or denial a line. Every number
/// comes back bit for bit. `version` is the program's.
Exchanged export_lines(const Store& store, const std::string& version,
                       const std::function<void(const std::string&)>& write);

/// Adds what such lines hold, as imported; `name` is the file's, for faults. A line that is not
/// exactly what export_lines writes is left out with a fault and the rest goes on. Throws
/// Error(bad_input) when the head is not there, Error(environment) when `into` fails.
Exchanged import_lines(std::istream& lines, const std::string& name, Store& into);

/// Adds the runs and denials of `from` that are not in `into`. The order of several merges makes no
/// difference, and a second one adds nothing.
Exchanged merge(const Store& from, Store& into);

}  // namespace convtune
