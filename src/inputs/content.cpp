// Which reader a content belongs to.
#include <inputs/content.hpp>

#include "json_text.hpp"
#include "model/model.hpp"
#include "model/outline.hpp"

namespace convtune {

ContentReader content_reader(OpenDimensions dimensions, DimensionNames* open,
                             ModelReading reading) {
  return [dimensions = std::move(dimensions), open, reading](
             const std::string& content, const std::string& name) -> std::optional<ProblemList> {
    if (looks_like_model(content)) {
      DimensionNames found;
      ProblemList list = read_model_file(content, dimensions, name, reading, found);
      if (open != nullptr) open->merge(found);
      return list;
    }
    if (looks_like_json(content)) return read_json(content, name);
    return std::nullopt;
  };
}

}  // namespace convtune
