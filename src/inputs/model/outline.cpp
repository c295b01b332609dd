// Walks the wire format of protobuf along the messages of ONNX, before any library sees the bytes.
#include "model/outline.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include <convtune/error.hpp>

namespace convtune {
namespace {

enum class Kind {
  model,
  opset,
  graph,
  node,
  attribute,
  tensor,
  sparse_tensor,
  value_info,
  type,
  tensor_type,
  sequence,
  map,
  shape,
  dimension,
  function,
  leaf,  ///< a number or text that is kept
  data,  ///< contents of a tensor: kept when small
};

struct Field {
  std::uint32_t number;
  Kind kind;
};

using enum Kind;
constexpr Field model_fields[] = {{1, leaf}, {7, graph}, {8, opset}, {25, function}};
constexpr Field opset_fields[] = {{1, leaf}, {2, leaf}};
constexpr Field graph_fields[] = {{1, node},          {2, leaf},        {5, tensor},
                                  {11, value_info},   {12, value_info}, {13, value_info},
                                  {15, sparse_tensor}};
constexpr Field node_fields[] = {{1, leaf}, {2, leaf},      {3, leaf},
                                 {4, leaf}, {5, attribute}, {7, leaf}};
constexpr Field attribute_fields[] = {{1, leaf},   {2, leaf},  {3, leaf},  {4, leaf},
                                      {5, tensor}, {6, graph}, {7, leaf},  {8, leaf},
                                      {9, leaf},   {14, type}, {20, leaf}, {21, leaf}};
constexpr Field tensor_fields[] = {{1, leaf}, {2, leaf}, {4, data},  {5, data},  {7, data},
                                   {8, leaf}, {9, data}, {10, data}, {11, data}, {14, leaf}};
constexpr Field sparse_tensor_fields[] = {{1, tensor}, {3, leaf}};
constexpr Field value_info_fields[] = {{1, leaf}, {2, type}};
constexpr Field type_fields[] = {
    {1, tensor_type}, {4, sequence}, {5, map}, {8, tensor_type}, {9, sequence}};
constexpr Field tensor_type_fields[] = {{1, leaf}, {2, shape}};
constexpr Field sequence_fields[] = {{1, type}};
constexpr Field map_fields[] = {{1, leaf}, {2, type}};
constexpr Field shape_fields[] = {{1, dimension}};
constexpr Field dimension_fields[] = {{1, leaf}, {2, leaf}};
constexpr Field function_fields[] = {{1, leaf}, {4, leaf},  {5, leaf}, {6, leaf},
                                     {7, node}, {9, opset}, {10, leaf}};

/// By Kind; what is not named is left out.
constexpr std::span<const Field> fields_of[] = {
    model_fields,    opset_fields,         graph_fields,      node_fields,      attribute_fields,
    tensor_fields,   sparse_tensor_fields, value_info_fields, type_fields,      tensor_type_fields,
    sequence_fields, map_fields,           shape_fields,      dimension_fields, function_fields};

struct Damaged {
  const char* what;
};

constexpr std::uint64_t length_delimited = 2;

/// Reads tags, numbers and lengths from a message.
class Wire {
 public:
  explicit Wire(std::string_view bytes) : bytes_(bytes) {}

  bool done() const { return at_ == bytes_.size(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (done()) throw Damaged{"it ends within a number"};
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    throw Damaged{"a number is longer than 64 bits"};
  }

  /// The value behind `tag`; of what has a length, the bytes that it measures.
  std::string_view value(std::uint64_t tag) {
    const std::size_t start = at_;
    switch (tag & 7) {
      case 0: varint(); return bytes_.substr(start, at_ - start);
      case 1: return take(8);
      case length_delimited: return take(varint());
      case 5: return take(4);
      default: throw Damaged{"a part is of no known kind"};
    }
  }

 private:
  std::string_view take(std::uint64_t length) {
    if (length > bytes_.size() - at_) throw Damaged{"it ends within a part"};
    at_ += length;
    return bytes_.substr(at_ - length, length);
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(0x80 | (value & 0x7F));
  out += static_cast<char>(value);
}

void append(std::string& out, std::uint64_t tag, std::string_view value) {
  append_varint(out, tag);
  if ((tag & 7) == length_delimited) append_varint(out, value.size());
  out += value;
}

class Outline {
 public:
  std::string of(std::string_view message, Kind kind, int depth) {
    if (depth > deepest) throw Damaged{"its parts are nested more than 100 deep"};
    const std::span<const Field> fields = fields_of[static_cast<std::size_t>(kind)];
    std::string out;
    std::size_t contents = 0;
    for (Wire wire(message); !wire.done();) {
      const std::uint64_t tag = wire.varint();
      const std::string_view value = wire.value(tag);
      const auto field = std::ranges::find(fields, tag >> 3, &Field::number);
      if (field == fields.end()) continue;
      if (field->kind == data) contents += value.size();
      if (field->kind != leaf && field->kind != data) {
        if ((tag & 7) != length_delimited) throw Damaged{"a part is not what ONNX has there"};
        // Graphs deeper than anybody reads are there, and empty.
        const bool read = field->kind != graph || depth < deepest_graph;
        const std::string inside = read ? of(value, field->kind, depth + 1) : "";
        count(inside.size());
        append(out, tag, inside);
      } else if (value.size() <= (field->kind == data ? most_data : most_text)) {
        count(value.size());
        append(out, tag, value);
      }
    }
    // Contents that are not here as a whole are said to be elsewhere.
    if (contents > most_data) append(out, external_tag, std::string_view("\1", 1));
    return out;
  }

 private:
  void count(std::size_t bytes) {
    kept_ += bytes;
    if (++parts_ > most_parts) throw Damaged{"it has more than 4 million parts"};
    if (kept_ > most_kept) throw Damaged{"it is too large even without its weights"};
  }

  static constexpr int deepest = 100;  // as protobuf has it
  static constexpr int deepest_graph = 60;
  static constexpr std::size_t most_data = 8192, most_text = 65536;
  static constexpr std::size_t most_parts = 4'000'000, most_kept = std::size_t{512} << 20;
  static constexpr std::uint64_t external_tag = 14 << 3;  // data_location, a number

  std::size_t parts_ = 0, kept_ = 0;
};

}  // namespace

bool looks_like_model(std::string_view content) {
  constexpr char version_tag = 0x08;  // exporters write the version first; no text begins so
  if (content.empty()) return false;
  const bool versioned = content.front() == version_tag;
  if (!versioned && content.find('\0') == std::string_view::npos) return false;
  bool graph_seen = false;
  try {
    for (Wire wire(content); !wire.done();) {
      const std::uint64_t tag = wire.varint();
      graph_seen |= tag == (7 << 3 | length_delimited);
      wire.value(tag);
    }
  } catch (const Damaged&) {
    return versioned && graph_seen;  // it began as one
  }
  return graph_seen;
}

std::string model_outline(std::string_view content) {
  try {
    return Outline().of(content, model, 0);
  } catch (const Damaged& damaged) {
    throw Error(ErrorCode::bad_input, damaged.what);
  }
}

}  // namespace convtune
