// Reads models in a process of its own: libonnx trusts what a model says, and some models end the
// process that asks about them. Then it is not asked about that operator again.
#include "model/model.hpp"

#include <google/protobuf/stubs/logging.h>

#include <convtune/error.hpp>

#include "model/apart.hpp"
#include "model/list_text.hpp"
#include "model/model_reader.hpp"
#include "model/outline.hpp"

namespace convtune {
namespace {

struct File {
  const std::string& content;
  const OpenDimensions& dimensions;
  const std::string& name;
};

ProblemList read_here(const File& file, const Asking& asking, DimensionNames& open) {
  const std::string outline = model_outline(file.content);
  const google::protobuf::LogSilencer quiet;
  onnx::ModelProto model;
  if (!model.ParseFromString(outline)) throw Error(ErrorCode::bad_input, "its parts do not match");
  return read_model(model, file.dimensions, file.name, asking, open);
}

// What the other process answers: the names that are open, line by line, an empty one and what it
// found; or what is wrong with the model.
constexpr char found = 'f', wrong = 'w';

std::string answer(const File& file, const Asking& asking) {
  try {
    DimensionNames open;
    const std::string list = packed(read_here(file, asking, open));
    std::string text(1, found);
    for (const std::string& name : open) text += name + '\n';
    return text + '\n' + list;
  } catch (const Error& error) {
    return wrong + std::string(error.what());
  }
}

ProblemList taken(const std::string& answer, std::vector<ReadNote> notes, DimensionNames& open) {
  if (answer.empty() || answer.front() != found)
    throw Error(ErrorCode::bad_input, answer.substr(answer.empty() ? 0 : 1));
  std::string_view rest = std::string_view(answer).substr(1);
  for (bool more = true; more;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    more = end > 0;
    if (more) open.emplace(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ProblemList list = unpacked(rest);
  notes.insert(notes.end(), list.notes.begin(), list.notes.end());
  list.notes = std::move(notes);
  return list;
}

ProblemList read_apart(const File& file, DimensionNames& open) {
  constexpr std::size_t most_deadly = 3;
  Asking asking;
  std::vector<ReadNote> notes;
  while (true) {
    const ApartEnding ending = apart([&](const Tell& tell) {
      Asking telling = asking;
      telling.tell = tell;
      return answer(file, telling);
    });
    if (ending.answer) return taken(*ending.answer, std::move(notes), open);
    if (ending.told.empty() || !asking.allowed)
      throw Error(ErrorCode::bad_input, "reading it ended " + ending.fault);
    // What was told is an operator, and the node with a name for people.
    const std::size_t end = ending.told.find('\n');
    const bool last = asking.except.size() == most_deadly || end == std::string::npos;
    asking.except.insert(ending.told.substr(0, end));
    asking.allowed = !last;
    notes.push_back(
        {.where = file.name + ": " + ending.told.substr(last ? 0 : end + 1),
         .text = "libonnx ended " + ending.fault + " and is not asked about " +
                 (last ? "this model any more" : "operators of this kind in this model"),
         .rejected = false});
  }
}

}  // namespace

ProblemList read_model_file(const std::string& content, const OpenDimensions& dimensions,
                            const std::string& source_name, ModelReading reading,
                            DimensionNames& open) {
  const File file = {.content = content, .dimensions = dimensions, .name = source_name};
  // Known to divide by a number of the model.
  const Asking careful = {.except = {"SplitToSequence"}};
  try {
    return reading == ModelReading::apart ? read_apart(file, open) : read_here(file, careful, open);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_input) throw;
    throw Error(ErrorCode::bad_input,
                "'" + source_name + "' is an ONNX model that cannot be read: " + error.what());
  }
}

std::string onnx_library_version() {
  return CONVTUNE_ONNX_VERSION;
}

}  // namespace convtune
