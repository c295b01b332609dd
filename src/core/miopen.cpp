// Lines of MIOpenDriver, from its logs or as people write them.
#include "miopen.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <convtune/transposed.hpp>

#include "text_reader.hpp"
#include "words.hpp"

namespace convtune {
namespace {

struct Flag {
  char letter;
  std::string_view name;
  std::int64_t unsaid = 0;  ///< what MIOpenDriver takes for a number that is not given
};

/// The flags that say something about the problem; others are passed over with their values.
constexpr Flag flags[] = {
    {'n', "batchsize", 100},
    {'c', "in_channels", 3},
    {'!', "in_d", 32},
    {'H', "in_h", 32},
    {'W', "in_w", 32},
    {'k', "out_channels", 32},
    {'@', "fil_d", 3},
    {'y', "fil_h", 3},
    {'x', "fil_w", 3},
    {'$', "pad_d"},
    {'p', "pad_h"},
    {'q', "pad_w"},
    {'#', "conv_stride_d", 1},
    {'u', "conv_stride_h", 1},
    {'v', "conv_stride_w", 1},
    {'^', "dilation_d", 1},
    {'l', "dilation_h", 1},
    {'j', "dilation_w", 1},
    {'%', "trans_output_pad_d"},
    {'Y', "trans_output_pad_h"},
    {'X', "trans_output_pad_w"},
    {'g', "group_count", 1},
    {'_', "spatial_dim", 2},
    {'F', "forw"},
    {'b', "bias"},
    {'m', "mode"},
    {'z', "pad_mode"},
    {'I', "in_layout"},
    {'f', "fil_layout"},
    {'O', "out_layout"},
};

/// Flags that say nothing about the problem, whatever their value or with one value.
struct OtherFlag {
  char letter;
  std::string_view name;
  std::string_view value = {};  ///< empty: any
};
constexpr OtherFlag other_flags[] = {
    {'i', "iter"},
    {'V', "verify"},
    {'C', "verification_cache"},
    {'t', "time"},
    {'w', "wall"},
    {'s', "search"},
    {'P', "printconv"},
    {'o', "dump_output"},
    {'d', "in_data"},
    {'e', "weights"},
    {'a', "in_bias"},
    {'D', "dout_data"},
    {'r', "pad_val"},
    {'S', "solution"},
    {'G', "gpualloc"},
    {'Z', "tensor_vect", "0"},
    {'L', "vector_length", "1"},
    {'U', "in_cast_type", "-1"},
    {'T', "out_cast_type", "-1"},
    {'R', "wei_cast_type", "-1"},
};

template <class Flags>
auto find_flag(const Flags& all, std::string_view word) {
  const auto* const found = std::ranges::find_if(all, [word](const auto& flag) {
    return word.starts_with("--") ? word.substr(2) == flag.name
                                  : word.size() == 2 && word[0] == '-' && word[1] == flag.letter;
  });
  return found == std::end(all) ? nullptr : found;
}

const Flag* flag_of(std::string_view word) {
  return find_flag(flags, word);
}

bool is_flag(std::string_view word) {
  return word.size() >= 2 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

struct Kind {
  std::string_view command;
  DataType type, destination;
};
constexpr Kind kinds[] = {{"conv", DataType::f32, DataType::f32},
                          {"convfp16", DataType::f16, DataType::f16},
                          {"convbfp16", DataType::bf16, DataType::bf16},
                          {"convint8", DataType::s8, DataType::s32}};

const Kind* kind_of(std::string_view word) {
  const auto* const found = std::ranges::find(kinds, word, &Kind::command);
  return found == std::end(kinds) ? nullptr : found;
}

bool is_driver(std::string_view word) {
  if (word.ends_with(".exe")) word.remove_suffix(4);
  return word.ends_with("MIOpenDriver");
}

/// The words behind the program's name, or the whole line where flags stand without it.
std::optional<std::vector<Word>> command_of(std::string_view line) {
  std::vector<Word> all = words(line);
  const auto driver = std::ranges::find_if(all, is_driver, &Word::text);
  if (driver != all.end()) return std::vector<Word>(driver + 1, all.end());
  if (all.size() < 2) return std::nullopt;
  const bool named = kind_of(all[0].text) && is_flag(all[1].text);
  if (named || flag_of(all[0].text)) return all;
  return std::nullopt;
}

class Command {
 public:
  Command(std::string_view line, const std::vector<Word>& words) : line_(line) {
    std::size_t at = 0;
    if (!words.empty() && !is_flag(words[0].text)) {
      kind_ = kind_of(words[0].text);
      ++at;
    }
    // A word that is neither a flag nor its value begins what a log appended.
    while (at < words.size() && is_flag(words[at].text)) {
      const Word& flag = words[at++];
      const bool valued = at < words.size() && !is_flag(words[at].text);
      if (const Flag* const known = flag_of(flag.text)) {
        if (!valued) fail(flag.column - 1 + flag.text.size(), "a value behind the flag");
        if (!given_.try_emplace(known->name, words[at]).second)
          fail(flag.column - 1, "each flag once");
      }
      at += valued ? 1 : 0;
    }
  }

  std::vector<ListedProblem> problems() const {
    if (!kind_) return {};
    std::vector<ListedProblem> all;
    const ConvShape shape = transposed() ? backward_shape() : forward_shape();
    for (const Direction direction : directions()) {
      ConvShape one = shape;
      one.direction = direction;
      one.bias = direction == Direction::forward && !transposed() && number("bias") != 0;
      all.push_back({.problem = ConvProblem::make(one)});
    }
    return all;
  }

 private:
  /// What a transposed convolution does forward is the gradient of the data, and the reverse.
  std::vector<Direction> directions() const {
    const std::int64_t asked = number("forw");
    if (asked > 7) fail(column("forw"), "a sum of 1 (forward), 2 (data) and 4 (weights), or 0");
    const bool integer = !is_floating(kind_->type);
    std::vector<Direction> found;
    if (asked == 0 || (asked & 1) != 0)
      found.push_back(transposed() ? Direction::backward_data : Direction::forward);
    if ((asked == 0 && !integer) || (asked & 2) != 0)
      found.push_back(transposed() ? Direction::forward : Direction::backward_data);
    if ((asked == 0 && !integer) || (asked & 4) != 0) found.push_back(Direction::backward_weights);
    return found;
  }

  ConvShape forward_shape() const {
    ConvShape shape = common_shape();
    shape.in_channels = number("in_channels");
    shape.out_channels = number("out_channels");
    for (std::size_t i = 0; i < shape.axes().size(); ++i) {
      const char name = axis_name(shape.rank, i);
      Axis& axis = shape.axis[i];
      axis = {.in = number(sized("in_", name)),
              .filter = number(sized("fil_", name)),
              .stride = number(sized("conv_stride_", name)),
              .dilation = number(sized("dilation_", name))};
      axis.pad_left = axis.pad_right = padding(name, axis);
    }
    return shape;
  }

  ConvShape backward_shape() const {
    ConvShape shape = common_shape();
    shape.in_channels = number("out_channels");
    shape.out_channels = number("in_channels");
    for (std::size_t i = 0; i < shape.axes().size(); ++i) {
      const char name = axis_name(shape.rank, i);
      const std::int64_t pad = number(sized("pad_", name));
      shape.axis[i] = forward_axis({.in = number(sized("in_", name)),
                                    .filter = number(sized("fil_", name)),
                                    .pad_left = pad,
                                    .pad_right = pad,
                                    .stride = number(sized("conv_stride_", name)),
                                    .dilation = number(sized("dilation_", name)),
                                    .output_padding = number(sized("trans_output_pad_", name))});
    }
    return shape;
  }

  ConvShape common_shape() const {
    ConvShape shape;
    shape.source_type = shape.filter_type = kind_->type;
    shape.destination_type = kind_->destination;
    shape.accumulation = usual_accumulation(kind_->type);
    shape.batch = number("batchsize");
    shape.groups = number("group_count");
    shape.source_layout = layout(transposed() ? "out_layout" : "in_layout");
    shape.filter_layout = layout("fil_layout");
    shape.destination_layout = layout(transposed() ? "in_layout" : "out_layout");
    const bool deep = given_.contains("in_d") || given_.contains("fil_d");
    const std::int64_t rank = given_.contains("spatial_dim") || !deep ? number("spatial_dim") : 3;
    if (rank != 2 && rank != 3) fail(column("spatial_dim"), "2 or 3");
    shape.rank = static_cast<int>(rank);
    return shape;
  }

  static char axis_name(int rank, std::size_t i) {
    return "dhw"[3 - static_cast<std::size_t>(rank) + i];
  }
  static std::string sized(const char* what, char axis) { return what + std::string(1, axis); }

  /// "same" is half of what the last window lacks, as MIOpen computes it.
  std::int64_t padding(char name, const Axis& axis) const {
    const std::string_view mode = word("pad_mode", "default");
    if (mode == "default") return number(sized("pad_", name));
    if (mode == "valid") return 0;
    if (mode != "same") fail(column("pad_mode"), "default, same or valid");
    if (axis.stride == 0) fail(column(sized("conv_stride_", name)), "a positive stride");
    const std::int64_t over = axis.in % axis.stride;
    return std::max<std::int64_t>(axis.filter - (over == 0 ? axis.stride : over), 0) / 2;
  }

  Layout layout(std::string_view name) const {
    const std::string_view said = word(name, "NCHW");
    if (said == "NCHW" || said == "NCDHW") return Layout::channels_first;
    if (said == "NHWC" || said == "NDHWC") return Layout::channels_last;
    fail(column(name), "NCHW, NHWC, NCDHW or NDHWC");
  }

  bool transposed() const {
    const std::string_view mode = word("mode", "conv");
    if (mode != "conv" && mode != "trans") fail(column("mode"), "conv or trans");
    return mode == "trans";
  }

  /// Behind a number only what is no number may stand: "1." or "1,", not "1.5".
  std::int64_t number(std::string_view name) const {
    const auto found = given_.find(name);
    if (found == given_.end()) return std::ranges::find(flags, name, &Flag::name)->unsaid;
    TextReader in(line_);
    in.skip(found->second.column - 1);
    const std::int64_t value = in.number();
    const std::size_t end = found->second.column - 1 + found->second.text.size();
    if (line_.substr(0, end).find_first_of("0123456789-", in.position()) != std::string_view::npos)
      in.fail("a whole number");
    return value;
  }

  std::string_view word(std::string_view name, std::string_view unsaid) const {
    const auto found = given_.find(name);
    return found == given_.end() ? unsaid : found->second.text;
  }

  std::size_t column(std::string_view name) const {
    const auto found = given_.find(name);
    return found == given_.end() ? 0 : found->second.column - 1;
  }

  [[noreturn]] void fail(std::size_t position, const std::string& expected) const {
    throw SyntaxError(line_, position, expected);
  }

  std::string_view line_;
  const Kind* kind_ = &kinds[0];
  std::map<std::string_view, Word, std::less<>> given_;  ///< by the long name
};

}  // namespace

bool looks_like_miopen(std::string_view line) {
  return command_of(line).has_value();
}

std::vector<Word> foreign_miopen_flags(std::string_view line) {
  const auto command = command_of(line);
  if (!command || command->empty()) return {};
  std::size_t at = is_flag(command->front().text) ? 0 : 1;
  if (at == 1 && kind_of(command->front().text) == nullptr) return {};
  std::vector<Word> foreign;
  while (at < command->size() && is_flag((*command)[at].text)) {
    const Word& flag = (*command)[at++];
    std::string_view value;
    if (at < command->size() && !is_flag((*command)[at].text)) value = (*command)[at++].text;
    const OtherFlag* const other = find_flag(other_flags, flag.text);
    const bool silent = other != nullptr && (other->value.empty() || other->value == value);
    if (!silent && flag_of(flag.text) == nullptr) foreign.push_back(flag);
  }
  return foreign;
}

std::vector<ListedProblem> parse_miopen(std::string_view line) {
  const auto command = command_of(line);
  if (!command) throw SyntaxError(line, 0, "a command of MIOpenDriver");
  return Command(line, *command).problems();
}

}  // namespace convtune
