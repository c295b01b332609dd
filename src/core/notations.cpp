// Problems written for other programs, and for our own reader.
#include <algorithm>
#include <functional>
#include <set>

#include <convtune/problem_list.hpp>

namespace convtune {
namespace {

constexpr std::string_view axis_letters = "dhw";

char letter(const ConvShape& shape, std::size_t axis) {
  return axis_letters[3 - static_cast<std::size_t>(shape.rank) + axis];
}

/// A name within double quotes, which have no escapes.
std::string quotable(const std::string& name) {
  std::string text = printable(name);
  std::ranges::replace(text, '"', '\'');
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + quotable(name);
  return text;
}

/// What neither benchdnn nor MIOpenDriver can say, or nothing.
std::string unsayable(const ConvShape& shape) {
  if (shape.flip) return "_flip";
  if (shape.unshared) return "_unshared";
  if (shape.relu) return "_relu";
  if (shape.accumulate) return "_acc";
  if (shape.accumulation != usual_accumulation(shape.source_type)) return "its accumulation type";
  return {};
}

bool plain_layouts(const ConvShape& shape, Layout layout) {
  return shape.source_layout == layout && shape.filter_layout == layout &&
         shape.destination_layout == layout;
}

class Writer {
 public:
  WrittenProblems take() { return std::move(written_); }

  void write_text(const ListedProblem& listed) {
    std::string line = text(listed.problem);
    if (listed.repeats != 1) line += " *" + std::to_string(listed.repeats);
    for (const std::string& name : listed.names)
      if (!name.empty()) line += " \"" + quotable(name) + "\"";
    written_.lines.push_back(line);
  }

  void write_benchdnn(const ListedProblem& listed) {
    const ConvShape& shape = listed.problem.shape();
    if (const std::string what = unsayable(shape); !what.empty())
      return reject(listed, "a descriptor of benchdnn cannot say " + what);
    if (!plain_layouts(shape, Layout::channels_first)) leave_out("layouts other than nchw", "are");
    if (shape.constant_weights) leave_out("_constw");
    set("--dir=" + direction_of(shape));
    set("--dt=" + types_of(shape));
    std::string line = "g" + std::to_string(shape.groups) + "mb" + std::to_string(shape.batch) +
                       "ic" + std::to_string(shape.in_channels) + "oc" +
                       std::to_string(shape.out_channels);
    for (std::size_t i = 0; i < shape.axes().size(); ++i) {
      const Axis& axis = shape.axis[i];
      const auto size = [&line, end = letter(shape, i)](char what, std::int64_t value) {
        line += std::string("_").substr(what == 'i' ? 0 : 1) + what + end + std::to_string(value);
      };
      size('i', axis.in);
      size('o', axis.out());
      size('k', axis.filter);
      size('s', axis.stride);
      size('p', axis.pad_left);
      size('d', axis.dilation - 1);
    }
    const std::string name = joined(listed.names);
    const bool counted = listed.repeats != 1 || name.find('*') != std::string::npos;
    if (counted || !name.empty())
      line += "n\"" + name + (counted ? "*" + std::to_string(listed.repeats) : "") + "\"";
    written_.lines.push_back(line);
  }

  void write_miopen(const ListedProblem& listed) {
    const ConvShape& shape = listed.problem.shape();
    std::string what = unsayable(shape);
    const std::string command = command_of(shape);
    if (what.empty() && command.empty()) what = "its types";
    if (what.empty() && shape.rank == 1) what = "one spatial axis";
    if (what.empty() && std::ranges::any_of(shape.axes(), [](const Axis& axis) {
          return axis.pad_left != axis.pad_right;
        }))
      what = "padding that differs on the two sides";
    if (!what.empty()) return reject(listed, "MIOpenDriver cannot say " + what);
    if (shape.constant_weights) leave_out("_constw");
    written_.lines.push_back("MIOpenDriver " + command + sizes_of(shape) + layouts_of(shape) +
                             " -m conv -g " + std::to_string(shape.groups) +
                             (shape.bias ? " -b 1" : "") + " -F " + forw(shape.direction) +
                             " -t 1" + remark(listed));
  }

 private:
  static std::string direction_of(const ConvShape& shape) {
    switch (shape.direction) {
      case Direction::forward: return shape.bias ? "FWD_B" : "FWD_D";
      case Direction::backward_data: return "BWD_D";
      case Direction::backward_weights: return "BWD_W";
    }
    return {};
  }

  static std::string types_of(const ConvShape& shape) {
    return std::string(name(shape.source_type)) + ":" + std::string(name(shape.filter_type)) + ":" +
           std::string(name(shape.destination_type));
  }

  static std::string command_of(const ConvShape& shape) {
    const std::string types = types_of(shape);
    if (types == "f32:f32:f32") return "conv";
    if (types == "f16:f16:f16") return "convfp16";
    if (types == "bf16:bf16:bf16") return "convbfp16";
    return types == "s8:s8:s32" ? "convint8" : "";
  }

  /// The flags of each axis, by d, h and w.
  static std::string sizes_of(const ConvShape& shape) {
    struct Names {
      std::string_view in, filter, pad, stride, dilation;
    };
    constexpr Names by_axis[] = {
        {"--in_d", "--fil_d", "--pad_d", "--conv_stride_d", "--dilation_d"},
        {"-H", "-y", "-p", "-u", "-l"},
        {"-W", "-x", "-q", "-v", "-j"}};
    const auto each = [&shape, &by_axis](std::string_view Names::* flag, auto value) {
      std::string text;
      for (std::size_t i = 0; i < shape.axes().size(); ++i)
        text += " " + std::string(by_axis[3 - static_cast<std::size_t>(shape.rank) + i].*flag) +
                " " + std::to_string(std::invoke(value, shape.axis[i]));
      return text;
    };
    return " -n " + std::to_string(shape.batch) + " -c " + std::to_string(shape.in_channels) +
           each(&Names::in, &Axis::in) + " -k " + std::to_string(shape.out_channels) +
           each(&Names::filter, &Axis::filter) + each(&Names::pad, &Axis::pad_left) +
           each(&Names::stride, &Axis::stride) + each(&Names::dilation, &Axis::dilation) +
           (shape.rank == 3 ? " --spatial_dim 3" : "");
  }

  std::string layouts_of(const ConvShape& shape) {
    if (plain_layouts(shape, Layout::channels_first)) return {};
    std::string text;
    const bool deep = shape.rank == 3;
    const auto say = [&](const char* flag, Layout layout) {
      if (layout == Layout::any) leave_out("the layout any");
      if (layout == Layout::channels_last)
        text += std::string(" ") + flag + (deep ? " NDHWC" : " NHWC");
    };
    say("--in_layout", shape.source_layout);
    say("--fil_layout", shape.filter_layout);
    say("--out_layout", shape.destination_layout);
    return text;
  }

  static const char* forw(Direction direction) {
    return direction == Direction::forward         ? "1"
           : direction == Direction::backward_data ? "2"
                                                   : "4";
  }

  /// For people: MIOpenDriver has no place for it, and shells take it for a comment.
  static std::string remark(const ListedProblem& listed) {
    std::string text;
    if (listed.repeats != 1) text += " " + std::to_string(listed.repeats) + " times";
    if (!listed.names.empty()) text += " " + joined(listed.names);
    return text.empty() ? text : "  #" + text;
  }

  /// An option line, unless it holds already.
  void set(const std::string& option) {
    std::string& current = option.starts_with("--dir") ? direction_ : types_;
    if (current == option) return;
    current = option;
    written_.lines.push_back(option);
  }

  void reject(const ListedProblem& listed, const std::string& why) {
    written_.notes.push_back({.where = text(listed.problem), .text = why, .rejected = true});
  }

  /// Says once what is left out of all problems.
  void leave_out(const std::string& what, const char* verb = "is") {
    if (left_out_.insert(what).second)
      written_.notes.push_back({.where = "",
                                .text = what + " cannot be said and " + verb + " left out",
                                .rejected = false});
  }

  WrittenProblems written_;
  std::string direction_ = "--dir=FWD_D", types_ = "--dt=f32:f32:f32";  // as benchdnn begins
  std::set<std::string> left_out_;
};

}  // namespace

WrittenProblems written(const std::vector<ListedProblem>& problems, Notation notation) {
  Writer writer;
  for (const ListedProblem& listed : problems) switch (notation) {
      case Notation::text: writer.write_text(listed); break;
      case Notation::benchdnn: writer.write_benchdnn(listed); break;
      case Notation::miopen: writer.write_miopen(listed); break;
    }
  return writer.take();
}

}  // namespace convtune
