#pragma once

#include <istream>
#include <string>

namespace convtune {

/// What `path` holds. Throws Error(bad_input): not there, unreadable, a folder, over 64 MiB (2 GiB
/// where its beginning is no text), or, with `regular`, anything but a plain file.
std::string read_text_file(const std::string& path, bool regular);

/// The rest of `in`, under the same limit.
std::string read_text(std::istream& in, const std::string& name);

}  // namespace convtune
