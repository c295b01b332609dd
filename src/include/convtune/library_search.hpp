#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <convtune/implementation.hpp>

namespace convtune {

/// An implementation whose library has a search of its own for the fastest algorithm, such as
/// cudnnFind. Its word is to compare with: it is neither verified nor stored nor chosen from.
class LibrarySearch {
 public:
  virtual ~LibrarySearch() = default;

  /// One line of the library's list.
  struct Found {
    std::string configuration;           ///< of the implementation, as its candidates have it
    std::string status = {};             ///< why it was not timed; empty: it was
    std::optional<double> seconds = {};  ///< by the library's own clock
    std::size_t workspace_bytes = 0;
    bool deterministic = false;
    std::string math = {};  ///< the library's name of its math type
  };

  /// Lets the library time its algorithms on a device that is here, with buffers and a workspace of
  /// so many bytes of its memory; the output is overwritten. Fastest first, as the library ranks
  /// them. Throws Error(no_answer) for a problem that the library cannot be told.
  virtual std::vector<Found> search(const ConvProblem& problem, const Device& device,
                                    const Buffers& buffers, std::size_t workspace_bytes) const = 0;
};

}  // namespace convtune
