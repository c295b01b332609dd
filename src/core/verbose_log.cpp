// Lines of oneDNN's verbose mode:
//   onednn_verbose,exec,cpu,convolution,IMPLEMENTATION,KIND,TENSORS,ATTRIBUTES,AUXILIARY,PROBLEM,MS
// Version 3 adds fields in front ("v1", a time, "primitive"), version 1 writes dnnl_verbose.
#include "verbose_log.hpp"

#include <algorithm>
#include <optional>

#include <convtune/transposed.hpp>

#include "benchdnn.hpp"
#include "syntax_error.hpp"

namespace convtune {
namespace {

constexpr std::string_view markers[] = {"onednn_verbose,", "dnnl_verbose,"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// "src_f32::blocked:acdb:f0", in version 3 also "src:f32:a:blocked:acdb::f0".
struct Tensor {
  std::string_view type, tag;
};

std::optional<Tensor> tensor(std::string_view field, std::string_view name) {
  for (const std::string_view word : split(field, ' ')) {
    if (!word.starts_with(name) || word.size() <= name.size()) continue;
    if (const char behind = word[name.size()]; behind != '_' && behind != ':') continue;
    const std::vector<std::string_view> parts = split(word.substr(name.size() + 1), ':');
    const auto kind = std::ranges::find(parts, "blocked");
    return Tensor{.type = parts[0],
                  .tag = kind == parts.end() || kind + 1 == parts.end() ? "" : *(kind + 1)};
  }
  return std::nullopt;
}

/// The tags of dense tensors, by their number of dimensions.
Layout data_layout(std::string_view tag) {
  if (tag == "abc" || tag == "abcd" || tag == "abcde") return Layout::channels_first;
  if (tag == "acb" || tag == "acdb" || tag == "acdeb") return Layout::channels_last;
  return Layout::any;
}

/// Groups are a dimension in front of the others, outermost in kcrs (and as good as in krsc where
/// a group has one filter only, which is not known here).
Layout filter_layout(std::string_view tag, bool grouped, bool transposed) {
  // In a deconvolution the input channels of the convolution stand second.
  constexpr std::string_view first[] = {"abc", "abcd", "abcde", "abcdef"};
  constexpr std::string_view first_transposed[] = {"bac", "bacd", "bacde"};
  constexpr std::string_view last[] = {"acb", "acdb", "acdeb"};
  constexpr std::string_view last_transposed[] = {"bca", "bcda", "bcdea"};
  if (transposed) {
    if (grouped) return Layout::any;
    if (std::ranges::count(first_transposed, tag) > 0) return Layout::channels_first;
    return std::ranges::count(last_transposed, tag) > 0 ? Layout::channels_last : Layout::any;
  }
  if (std::ranges::count(first, tag) > 0) return Layout::channels_first;
  return !grouped && std::ranges::count(last, tag) > 0 ? Layout::channels_last : Layout::any;
}

struct PostOperations {
  bool accumulate = false, relu = false;
  std::string_view unsaid;
};

/// Version 2 writes "attr-post-ops:sum:1:0:f32+eltwise_relu ", version 1 "post_ops:'sum;relu;';".
PostOperations post_operations(std::string_view attributes) {
  PostOperations found;
  std::size_t start = attributes.find("post-ops:");
  if (start == std::string_view::npos) start = attributes.find("post_ops:");
  if (start == std::string_view::npos) return found;
  std::string_view text = attributes.substr(start + 9);
  text = text.substr(0, text.find_first_of(" '", text.starts_with("'") ? 1 : 0));
  if (text.starts_with("'")) text.remove_prefix(1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("+;", at), text.size());
    const std::string_view operation = text.substr(at, end - at);
    at = end + 1;
    if (operation.empty()) continue;
    const std::vector<std::string_view> parts = split(operation, ':');
    const bool plain = parts.size() < 2 || parts[1] == "0" || parts[1].empty();
    const bool whole = parts.size() < 2 || parts[1] == "1" || parts[1].empty();
    if (parts[0] == "sum" && whole && !found.accumulate && !found.relu)
      found.accumulate = true;
    else if (parts[0] == "eltwise_relu" && plain && !found.relu)
      found.relu = true;
    else if (found.unsaid.empty())
      found.unsaid = parts[0];
  }
  return found;
}

std::optional<Direction> direction_of(std::string_view kind) {
  if (kind.starts_with("forward")) return Direction::forward;
  if (kind == "backward_data") return Direction::backward_data;
  if (kind.starts_with("backward_weights")) return Direction::backward_weights;
  return std::nullopt;
}

/// The fields of a line about an execution, from the name of the primitive on.
class Execution {
 public:
  /// None if the line is about something else.
  static std::optional<Execution> of(std::string_view line) {
    Execution found(line);
    return found.first_ < found.fields_.size() ? std::optional(found) : std::nullopt;
  }

  bool transposed() const { return field(0) == "deconvolution"; }
  std::string_view attributes() const { return field(4); }

  ListedProblem problem() const {
    if (fields_.size() < first_ + 8)
      fail(line_.size(), "as many fields as oneDNN writes (it ends with a problem and a time)");
    const auto kind = direction_of(field(2));
    if (!kind) fail(position(field(2)), "forward_..., backward_data or backward_weights");
    ConvShape shape = sizes();
    shape.direction = *kind;
    take_tensors(shape);
    const PostOperations post = post_operations(attributes());
    shape.accumulate = post.accumulate;
    shape.relu = post.relu;
    if (transposed()) transpose(shape);
    return {.problem = ConvProblem::make(shape)};
  }

 private:
  explicit Execution(std::string_view line) : line_(line) {
    std::size_t start = std::string_view::npos;
    for (const std::string_view marker : markers) start = std::min(start, line.find(marker));
    fields_ = split(line.substr(std::min(start, line.size())), ',');
    const auto executed = std::ranges::find(fields_, "exec");
    // The engine stands between.
    first_ = static_cast<std::size_t>(executed - fields_.begin()) + 2;
    if (first_ < fields_.size() && field(0) != "convolution" && field(0) != "deconvolution")
      first_ = fields_.size();
  }

  std::string_view field(std::size_t i) const {
    return first_ + i < fields_.size() ? fields_[first_ + i] : std::string_view();
  }

  std::size_t position(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - line_.data());
  }
  [[noreturn]] void fail(std::size_t position, const std::string& expected) const {
    throw SyntaxError(line_, position, expected);
  }

  /// The problem stands in front of the time, whatever earlier fields hold.
  ConvShape sizes() const {
    const std::string_view text = fields_[fields_.size() - 2];
    try {
      return parse_benchdnn(transposed() ? swapped(text) : std::string(text)).shape;
    } catch (const SyntaxError& error) {
      throw SyntaxError(line_, position(text),
                        "the sizes of a convolution (in them " + error.finding() + ")");
    }
  }

  /// The sizes of a deconvolution as those of the convolution whose gradient it is: what goes in
  /// and what comes out change places.
  static std::string swapped(std::string_view text) {
    std::string other(text);
    for (std::size_t i = 0; i + 1 < other.size(); ++i) {
      const bool key =
          other[i + 1] == 'c' || other[i + 1] == 'd' || other[i + 1] == 'h' || other[i + 1] == 'w';
      if (key && other[i] == 'i')
        other[i] = 'o';
      else if (key && other[i] == 'o')
        other[i] = 'i';
    }
    return other;
  }

  void take_tensors(ConvShape& shape) const {
    const std::string_view tensors = field(3);
    const auto source = tensor(tensors, "src"), filter = tensor(tensors, "wei"),
               destination = tensor(tensors, "dst"), bias = tensor(tensors, "bia");
    if (!source || !filter || !destination) fail(position(tensors), "the tensors src, wei and dst");
    shape.source_type = type(*source);
    shape.filter_type = type(*filter);
    shape.destination_type = type(*destination);
    shape.accumulation = usual_accumulation(shape.source_type);
    shape.source_layout = data_layout(source->tag);
    shape.filter_layout = filter_layout(filter->tag, shape.groups > 1, transposed());
    shape.destination_layout = data_layout(destination->tag);
    shape.bias = bias && bias->type != "undef" && shape.direction == Direction::forward;
  }

  DataType type(const Tensor& tensor) const {
    const auto found = data_type(tensor.type);
    if (!found) fail(position(tensor.type), "f32, f64, f16, bf16, s8, u8 or s32");
    return *found;
  }

  /// The sizes already are those of the convolution.
  static void transpose(ConvShape& shape) {
    std::swap(shape.source_type, shape.destination_type);
    std::swap(shape.source_layout, shape.destination_layout);
    if (shape.direction == Direction::forward)
      shape.direction = Direction::backward_data;
    else if (shape.direction == Direction::backward_data)
      shape.direction = Direction::forward;
    shape.bias = shape.relu = false;  // only forward problems have them
  }

  std::string_view line_;
  std::vector<std::string_view> fields_;
  std::size_t first_ = 0;
};

}  // namespace

bool holds_verbose_line(std::string_view text) {
  return std::ranges::any_of(markers, [text](std::string_view marker) {
    return text.find(marker) != std::string_view::npos;
  });
}

std::vector<ListedProblem> parse_verbose_line(std::string_view line) {
  const auto execution = Execution::of(line);
  if (!execution) return {};
  return {execution->problem()};
}

std::string_view unsaid_post_operations(std::string_view line) {
  const auto execution = Execution::of(line);
  return execution ? post_operations(execution->attributes()).unsaid : std::string_view();
}

}  // namespace convtune
