#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <convtune/dnn.hpp>
#include <convtune/error.hpp>

#include "dnn_call.hpp"
#include "dnn_library.hpp"
#include "rooms.hpp"

namespace convtune {
namespace {

/// Memory for a dense tensor, aligned as kernels like it.
class Dense {
 public:
  Dense(DataType type, const std::vector<std::int64_t>& dims) : view_{nullptr, type, dims, {}} {
    const auto count = static_cast<std::size_t>(elements(view_));
    if (count == 0) return;
    view_.data = host_workspaces()->allocate(count * size_of(type));
    if (view_.data == nullptr)
      throw Error(ErrorCode::environment,
                  fmt::format("Memory for a contiguous copy of {} elements cannot be had.", count));
  }
  ~Dense() {
    if (view_.data != nullptr) host_workspaces()->release(view_.data);
  }
  Dense(const Dense&) = delete;
  Dense& operator=(const Dense&) = delete;

  const TensorView& view() const { return view_; }

 private:
  TensorView view_;
};

/// An input as kernels take it, copied only where it has to be.
class Input {
 public:
  Input(const ConstTensorView& view, DataType type) {
    if (view.data == nullptr) return;
    data_ = const_cast<void*>(view.data);  // plans do not write their inputs
    if (contiguous(view) && view.type == type) return;
    copied_.emplace(type, view.dims);
    copy(view, copied_->view());
    data_ = copied_->view().data;
  }
  void* data() const { return data_; }

 private:
  std::optional<Dense> copied_;
  void* data_ = nullptr;
};

Buffers with_output(Buffers buffers, Role role, void* output) {
  switch (role) {
    case Role::source: buffers.source = output; break;
    case Role::filter: buffers.filter = output; break;
    default: buffers.destination = output;
  }
  return buffers;
}

/// The object of this thread for a policy.
Convolution& convolution_of_thread(std::string policy) {
  constexpr std::string_view once = "_once";
  if (policy.ends_with(once))
    policy.replace(policy.size() - once.size(), once.size(), "_on_shape_change");
  thread_local std::map<std::string, Convolution> objects;
  const auto found = objects.find(policy);
  if (found != objects.end()) return found->second;
  ConvolutionOptions options;
  options.policy = policy;
  return objects.emplace(policy, Convolution(options)).first->second;
}

void run(const DnnCall& call, const DnnOptions& options) {
  if (options.convolution != nullptr) {
    if (!options.algo.empty())
      throw Error(ErrorCode::bad_input,
                  fmt::format("The algo {} was given beside a convolution, which has its own "
                              "policy; expected one of the two.",
                              options.algo));
    run(call, options.alpha, options.beta, *options.convolution);
    return;
  }
  const std::string& policy =
      call.policy.empty() ? defaults().algo(call.problem->direction) : call.policy;
  run(call, options.alpha, options.beta, convolution_of_thread(policy));
}

// On memory that this process cannot reach nothing is copied, converted or scaled.
void run_in_place(const DnnCall& call, double alpha, double beta, Convolution& convolution) {
  const auto require = [&](bool fits, const char* what) {
    if (!fits)
      throw Error(ErrorCode::bad_input, fmt::format("{} on {} takes {} only.", text(call.problem),
                                                    convolution.device().name, what));
  };
  ConvShape shape = call.problem.shape();
  const auto input = [&](const ConstTensorView& view, DataType type) {
    require(view.data == nullptr || contiguous(view), "contiguous tensors");
    require(view.data == nullptr || view.type == type, "tensors of one type");
    return const_cast<void*>(view.data);  // plans do not write their inputs
  };
  require(contiguous(call.result), "contiguous tensors");
  require(alpha == 1 && (beta == 0 || beta == 1), "alpha 1 and beta 0 or 1");
  const Buffers inputs{.source = input(call.source, shape.source_type),
                       .filter = input(call.filter, shape.filter_type),
                       .destination = input(call.destination, shape.destination_type)};
  const Role role = output_role(shape.direction);
  shape.accumulate = beta == 1;
  convolution.run(ConvProblem::make(shape), with_output(inputs, role, call.result.data));
}

}  // namespace

void run(const DnnCall& call, double alpha, double beta, Convolution& convolution) {
  if (convolution.device().kind != DeviceKind::cpu)
    return run_in_place(call, alpha, beta, convolution);
  const ConvShape& shape = call.problem.shape();
  if (std::min({shape.batch, shape.in_channels, shape.out_channels}) == 0) {
    scale(beta, call.result);
    return;
  }
  const Input source(call.source, shape.source_type);
  const Input filter(call.filter, shape.filter_type);
  const Input destination(call.destination, shape.destination_type);
  const Buffers inputs{
      .source = source.data(), .filter = filter.data(), .destination = destination.data()};
  const Role role = output_role(shape.direction);
  if (contiguous(call.result) && alpha == 1 && (beta == 0 || beta == 1)) {
    ConvShape in_place = shape;
    in_place.accumulate = beta == 1;
    convolution.run(ConvProblem::make(in_place), with_output(inputs, role, call.result.data));
    return;
  }
  const Dense product(call.result.type, call.result.dims);
  convolution.run(call.problem, with_output(inputs, role, product.view().data));
  blend(alpha, product.view(), beta, call.result);
}

void dnn_conv(const ConstTensorView& img, const ConstTensorView& kerns, const TensorView& result,
              const DnnOptions& options) {
  run(forward_call(2, img, kerns, result, options), options);
}
void dnn_conv3d(const ConstTensorView& img, const ConstTensorView& kerns, const TensorView& result,
                const DnnOptions& options) {
  run(forward_call(3, img, kerns, result, options), options);
}

void dnn_gradinput(const ConstTensorView& kerns, const ConstTensorView& topgrad,
                   const TensorView& result, const DnnOptions& options) {
  run(gradinput_call(2, kerns, topgrad, result, options), options);
}
void dnn_gradinput3d(const ConstTensorView& kerns, const ConstTensorView& topgrad,
                     const TensorView& result, const DnnOptions& options) {
  run(gradinput_call(3, kerns, topgrad, result, options), options);
}

void dnn_gradweight(const ConstTensorView& img, const ConstTensorView& topgrad,
                    const TensorView& result, const DnnOptions& options) {
  run(gradweight_call(2, img, topgrad, result, options), options);
}
void dnn_gradweight3d(const ConstTensorView& img, const ConstTensorView& topgrad,
                      const TensorView& result, const DnnOptions& options) {
  run(gradweight_call(3, img, topgrad, result, options), options);
}

std::int64_t dnn_version(bool raises, const Context& context) {
  try {
    const Rooms rooms = real_rooms({.device = context.device});
    return library_version(rooms.backend(rooms.device.kind == DeviceKind::cpu ? "onednn" : "cudnn"),
                           raises);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_input) throw;
    if (raises) throw Error(ErrorCode::environment, error.what());  // the device is not here
    return -1;
  }
}

}  // namespace convtune
