#include "library.hpp"

#include <filesystem>

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl_debug.h>

#include <convtune/error.hpp>

#include "versions.hpp"

namespace convtune::onednn {
namespace {

void check(dnnl_status_t status, const char* what) {
  if (status != dnnl_success)
    throw Error(ErrorCode::environment,
                std::string("oneDNN could not ") + what + ": " + dnnl_status2str(status) + ".");
}

std::string dotted(int major, int minor, int patch) {
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

std::string open() {
  // Cached primitives make the list of kernels repeat itself and hand back other kernels than asked
  // for, so the cache is off before anything else happens.
  if (dnnl_set_primitive_cache_capacity(0) != dnnl_success)
    return "oneDNN does not let its primitive cache be switched off.";
  if (std::string mixed = version_objection(header_version(), runtime_version(), library_path());
      !mixed.empty())
    return mixed;
  if (dnnl_version()->cpu_runtime != DNNL_RUNTIME_OMP)
    return "The oneDNN at " + library_path() + " does not use OpenMP, the only thread pool here.";
  return {};
}

dnnl_engine_t engine() {
  static const dnnl_engine_t cpu = [] {
    dnnl_engine_t made = nullptr;
    check(dnnl_engine_create(&made, dnnl_cpu, 0), "make a CPU engine");
    return made;  // lives as long as the process
  }();
  return cpu;
}

struct DestroyAttributes {
  void operator()(dnnl_primitive_attr_t native) const { dnnl_primitive_attr_destroy(native); }
};
using Attributes = std::unique_ptr<std::remove_pointer_t<dnnl_primitive_attr_t>, DestroyAttributes>;

// Scratch memory comes from us, so that it is counted; arithmetic is that of the types, whatever
// the environment says.
Attributes attributes(bool accumulate, bool relu) {
  dnnl_primitive_attr_t made = nullptr;
  check(dnnl_primitive_attr_create(&made), "make attributes");
  Attributes owned(made);
  check(dnnl_primitive_attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user), "set attributes");
  check(dnnl_primitive_attr_set_fpmath_mode(made, dnnl_fpmath_mode_strict), "set attributes");
  if (!accumulate && !relu) return owned;
  dnnl_post_ops_t steps = nullptr;
  check(dnnl_post_ops_create(&steps), "make post-operations");
  if (accumulate) dnnl_post_ops_append_sum(steps, 1.0F);
  if (relu) dnnl_post_ops_append_eltwise(steps, 1.0F, dnnl_eltwise_relu, 0.0F, 0.0F);
  const dnnl_status_t status = dnnl_primitive_attr_set_post_ops(made, steps);
  dnnl_post_ops_destroy(steps);
  check(status, "set post-operations");
  return owned;
}

dnnl_alg_kind_t native(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::direct: return dnnl_convolution_direct;
    case Algorithm::winograd: return dnnl_convolution_winograd;
    case Algorithm::automatic: break;
  }
  return dnnl_convolution_auto;
}

dnnl_status_t describe(const ConvProblem& problem, const Request& request,
                       dnnl_convolution_desc_t& description) {
  dnnl_dims_t strides{}, dilations{}, left{}, right{};
  for (std::size_t i = 0; i < problem->axes().size(); ++i) {
    const Axis& axis = problem->axes()[i];
    strides[i] = axis.stride;
    dilations[i] = axis.dilation - 1;  // the library counts the gaps
    left[i] = axis.pad_left;
    right[i] = axis.pad_right;
  }
  const dnnl_alg_kind_t algorithm = native(request.algorithm);
  const dnnl_memory_desc_t* source = &request.source.native();
  const dnnl_memory_desc_t* filter = &request.filter.native();
  const dnnl_memory_desc_t* destination = &request.destination.native();
  const Format bias = Format::of(problem, Role::bias, Layout::channels_first, DataType::f32);
  switch (problem->direction) {
    case Direction::forward:
      return dnnl_dilated_convolution_forward_desc_init(
          &description, dnnl_forward_inference, algorithm, source, filter,
          problem->bias ? &bias.native() : nullptr, destination, strides, dilations, left, right);
    case Direction::backward_data:
      return dnnl_dilated_convolution_backward_data_desc_init(
          &description, algorithm, source, filter, destination, strides, dilations, left, right);
    case Direction::backward_weights: break;
  }
  return dnnl_dilated_convolution_backward_weights_desc_init(&description, algorithm, source,
                                                             filter, nullptr, destination, strides,
                                                             dilations, left, right);
}

}  // namespace

const std::string& objection() {
  static const std::string found = open();
  return found;
}

std::string header_version() {
  return dotted(DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH);
}

std::string runtime_version() {
  const dnnl_version_t* version = dnnl_version();
  return dotted(version->major, version->minor, version->patch);
}

std::string library_path() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&dnnl_version), &info) == 0) return {};
  std::error_code failed;
  const auto path = std::filesystem::canonical(info.dli_fname, failed);
  return failed ? info.dli_fname : path.string();
}

std::string isa() {
  const std::string full = dnnl_cpu_isa2str(dnnl_get_effective_cpu_isa());
  return full.substr(full.starts_with("cpu_isa_") ? 8 : 0);
}

std::string runtime() {
  return dnnl_version()->cpu_runtime == DNNL_RUNTIME_OMP ? "OMP" : "other";
}

std::string Operation::name() const {
  const char* text = nullptr;
  check(dnnl_primitive_desc_query(native(), dnnl_query_impl_info_str, 0, static_cast<void*>(&text)),
        "name a kernel");
  return text;
}

Format Operation::format(int argument) const {
  const dnnl_memory_desc_t* found =
      dnnl_primitive_desc_query_md(native(), dnnl_query_exec_arg_md, argument);
  if (found == nullptr) throw Error(ErrorCode::environment, "oneDNN did not name a format.");
  return Format(*found);
}

std::size_t Operation::scratchpad_bytes() const {
  return format(DNNL_ARG_SCRATCHPAD).bytes();
}

std::string for_each_kernel(const ConvProblem& problem, const Request& request,
                            const std::function<bool(const Operation&)>& visit) {
  // The list keeps a pointer to the description: it must live until the list has been walked.
  dnnl_convolution_desc_t description;
  if (const dnnl_status_t status = describe(problem, request, description); status != dnnl_success)
    return std::string("oneDNN rejects the description: ") + dnnl_status2str(status);
  const Attributes wanted = attributes(request.accumulate, request.relu);
  dnnl_primitive_desc_iterator_t list = nullptr;
  const dnnl_status_t status =
      dnnl_primitive_desc_iterator_create(&list, &description, wanted.get(), engine(), nullptr);
  if (status == dnnl_unimplemented) return "oneDNN lists no kernel";
  if (status != dnnl_success)
    return std::string("oneDNN lists no kernel: ") + dnnl_status2str(status);
  const auto close = [](dnnl_primitive_desc_iterator_t open) {
    dnnl_primitive_desc_iterator_destroy(open);
  };
  const std::unique_ptr<std::remove_pointer_t<dnnl_primitive_desc_iterator_t>, decltype(close)>
      owned(list, close);
  do {
    dnnl_primitive_desc_t kernel = dnnl_primitive_desc_iterator_fetch(list);
    if (kernel == nullptr || !visit(Operation(kernel))) break;
  } while (dnnl_primitive_desc_iterator_next(list) == dnnl_success);
  return {};
}

std::optional<Operation> reorder(const Format& from, const Format& to, bool accumulate) {
  dnnl_primitive_desc_t made = nullptr;
  const dnnl_status_t status = dnnl_reorder_primitive_desc_create(
      &made, &from.native(), engine(), &to.native(), engine(), attributes(accumulate, false).get());
  if (status != dnnl_success) return std::nullopt;
  return Operation(made);
}

int argument(Direction direction, Role role) {
  switch (role) {
    case Role::source:
      return direction == Direction::backward_data ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
    case Role::filter:
      return direction == Direction::backward_weights ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS;
    case Role::destination:
      return direction == Direction::forward ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST;
    case Role::bias: break;
  }
  return DNNL_ARG_BIAS;
}

namespace {

dnnl_primitive_t make(const Operation& operation) {
  dnnl_primitive_t made = nullptr;
  check(dnnl_primitive_create(&made, operation.native()), "make a kernel");
  return made;
}

Operation description_of(dnnl_primitive_t primitive) {
  const_dnnl_primitive_desc_t description = nullptr;
  check(dnnl_primitive_get_primitive_desc(primitive, &description), "describe a kernel");
  dnnl_primitive_desc_t copy = nullptr;
  check(dnnl_primitive_desc_clone(&copy, description), "describe a kernel");
  return Operation(copy);
}

// A copy of what goes through an inner product forgets whose that is: "ip:" of "ip:x64:gemm:jit".
bool forgotten(const std::string& made, const std::string& promised) {
  return made == "ip:" && promised.starts_with(made);
}

}  // namespace

Call::Call(const Operation& operation, const std::vector<int>& arguments)
    : made_(operation), primitive_(make(operation)) {
  Operation made = description_of(primitive_.get());
  if (!forgotten(made.name(), operation.name())) made_ = std::move(made);
  if (made_.name() != operation.name())
    throw Error(ErrorCode::environment, "oneDNN made the kernel " + made_.name() + " where " +
                                            operation.name() + " was asked for.");
  dnnl_stream_t stream = nullptr;
  check(dnnl_stream_create(&stream, engine(), dnnl_stream_default_flags), "make a stream");
  stream_.reset(stream);

  std::vector<int> all = arguments;
  all.push_back(DNNL_ARG_SCRATCHPAD);
  for (const int which : all) {
    dnnl_memory_t memory = nullptr;
    const Format format = made_.format(which);
    check(dnnl_memory_create(&memory, &format.native(), engine(), DNNL_MEMORY_NONE),
          "describe a tensor");
    memories_.emplace_back(memory);
    arguments_.push_back({which, memory});
  }
  bound_.resize(all.size());
}

void Call::run(const void* const* pointers) {
  for (std::size_t i = 0; i < bound_.size(); ++i) {
    // Setting a pointer costs time, and zeroes what pads a blocked format: only where it changed.
    if (pointers[i] == bound_[i]) continue;
    check(dnnl_memory_set_data_handle(memories_[i].get(), const_cast<void*>(pointers[i])),
          "take a tensor");
    bound_[i] = pointers[i];
  }
  check(dnnl_primitive_execute(primitive_.get(), stream_.get(), static_cast<int>(arguments_.size()),
                               arguments_.data()),
        "run a kernel");
  check(dnnl_stream_wait(stream_.get()), "finish a kernel");
}

}  // namespace convtune::onednn
