// Which reader a content belongs to.
#include <inputs/content.hpp>

#include "json_text.hpp"
#include "model/model.hpp"
#include "model/outline.hpp"

namespace convtune {

ContentReader content_reader(OpenDimensions dimensions, ModelReading reading) {
  return [dimensions = std::move(dimensions), reading](
             const std::string& content, const std::string& name) -> std::optional<ProblemList> {
    if (looks_like_model(content)) return read_model_file(content, dimensions, name, reading);
    if (looks_like_json(content)) return read_json(content, name);
    return std::nullopt;
  };
}

}  // namespace convtune
