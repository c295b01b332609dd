// Prints the kernels that oneDNN lists for a problem, one a line, in its order: asked through the
// C++ interface, in a process that does nothing else.
// lists direct|winograd|auto any|held PROBLEM
#include <iostream>
#include <string>

#include <dnnl.hpp>

#include <convtune/problem.hpp>

namespace {

using namespace convtune;
using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;

dnnl::memory::data_type type(DataType type) {
  return type == DataType::bf16 ? dnnl::memory::data_type::bf16 : dnnl::memory::data_type::f32;
}

Tag tag(const ConvProblem& problem, Layout layout, bool held) {
  if (!held || layout == Layout::any) return Tag::any;
  const bool last = layout == Layout::channels_last;
  if (problem->rank == 1) return last ? Tag::nwc : Tag::ncw;
  if (problem->rank == 2) return last ? Tag::nhwc : Tag::nchw;
  return last ? Tag::ndhwc : Tag::ncdhw;
}

Desc activations(const ConvProblem& problem, Role role, bool held) {
  return {extents(problem, role), type(type_of(problem, role)),
          tag(problem, layout_of(problem, role), held)};
}

Desc weights(const ConvProblem& problem) {
  dnnl::memory::dims sizes = extents(problem, Role::filter);
  if (problem->groups > 1) {
    sizes[0] /= problem->groups;
    sizes.insert(sizes.begin(), problem->groups);
  }
  return {sizes, type(problem->filter_type), Tag::any};
}

// A gradient's list is asked for with a forward convolution as a hint, which must outlive the list.
dnnl::convolution_forward::primitive_desc hint(const ConvProblem& problem,
                                               const dnnl::memory::dims& strides,
                                               const dnnl::memory::dims& dilations,
                                               const dnnl::memory::dims& left,
                                               const dnnl::memory::dims& right,
                                               const dnnl::engine& engine) {
  const auto desc = [](const Desc& like) {
    return Desc(like.dims(), dnnl::memory::data_type::f32, Tag::any);
  };
  const dnnl::convolution_forward::desc description(
      dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct,
      desc(activations(problem, Role::source, false)), desc(weights(problem)),
      desc(activations(problem, Role::destination, false)), strides, dilations, left, right);
  return {description, engine};
}

template <class List>
void print(List& list) {
  if (!list) return;
  do std::cout << list.impl_info_str() << '\n';
  while (list.next_impl());
}

}  // namespace

int main(int, char** arguments) {
  const std::string algorithm_name = arguments[1];
  const bool held = std::string(arguments[2]) == "held";
  const ConvProblem problem = parse_problem(arguments[3]);
  const dnnl::algorithm algorithm = algorithm_name == "direct" ? dnnl::algorithm::convolution_direct
                                    : algorithm_name == "winograd"
                                        ? dnnl::algorithm::convolution_winograd
                                        : dnnl::algorithm::convolution_auto;
  dnnl::memory::dims strides, dilations, left, right;
  for (const Axis& axis : problem->axes()) {
    strides.push_back(axis.stride);
    dilations.push_back(axis.dilation - 1);
    left.push_back(axis.pad_left);
    right.push_back(axis.pad_right);
  }
  const Desc source = activations(problem, Role::source, held);
  const Desc destination = activations(problem, Role::destination, held);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::post_ops steps;
  if (problem->accumulate) steps.append_sum(1.0F);
  if (problem->relu) steps.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attributes.set_post_ops(steps);

  const auto forward = dnnl::prop_kind::forward_inference;
  switch (problem->direction) {
    case Direction::forward: {
      const Desc bias({problem->out_channels}, dnnl::memory::data_type::f32, Tag::x);
      const auto description =
          problem->bias
              ? dnnl::convolution_forward::desc(forward, algorithm, source, weights(problem), bias,
                                                destination, strides, dilations, left, right)
              : dnnl::convolution_forward::desc(forward, algorithm, source, weights(problem),
                                                destination, strides, dilations, left, right);
      dnnl::convolution_forward::primitive_desc list(description, attributes, engine, true);
      print(list);
      break;
    }
    case Direction::backward_data: {
      const dnnl::convolution_backward_data::desc description(
          algorithm, source, weights(problem), destination, strides, dilations, left, right);
      const auto forward_hint = hint(problem, strides, dilations, left, right, engine);
      dnnl::convolution_backward_data::primitive_desc list(description, attributes, engine,
                                                           forward_hint, true);
      print(list);
      break;
    }
    case Direction::backward_weights: {
      const dnnl::convolution_backward_weights::desc description(
          algorithm, source, weights(problem), destination, strides, dilations, left, right);
      const auto forward_hint = hint(problem, strides, dilations, left, right, engine);
      dnnl::convolution_backward_weights::primitive_desc list(description, attributes, engine,
                                                              forward_hint, true);
      print(list);
      break;
    }
  }
}
