#pragma once

// With format.hpp the only files that know the library's functions. Everything here is of oneDNN 2.

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.h>

#include <convtune/problem.hpp>

#include "format.hpp"

namespace convtune::onednn {

enum class Algorithm { direct, winograd, automatic };

/// What a list of kernels is asked for.
struct Request {
  Algorithm algorithm = Algorithm::direct;
  Format source, filter, destination;
  bool relu = false;        ///< fused after all else
  bool accumulate = false;  ///< fused: adds to what the destination holds
};

/// Turns the library's cache off, before anything else is called, and looks whether header and
/// library fit each other. Empty: usable. The same answer each time.
const std::string& objection();

std::string header_version();
std::string runtime_version();
std::string library_path();
std::string isa();      ///< "avx512_core_amx": the best that the library uses here
std::string runtime();  ///< "OMP"

struct Destroy {
  void operator()(dnnl_primitive_desc_t native) const { dnnl_primitive_desc_destroy(native); }
  void operator()(dnnl_primitive_t native) const { dnnl_primitive_destroy(native); }
  void operator()(dnnl_memory_t native) const { dnnl_memory_destroy(native); }
  void operator()(dnnl_stream_t native) const { dnnl_stream_destroy(native); }
};
template <class Pointer>
using Owned = std::unique_ptr<std::remove_pointer_t<Pointer>, Destroy>;

/// An operation that the library has said it can do, not yet made.
class Operation {
 public:
  explicit Operation(dnnl_primitive_desc_t native) : native_(native, Destroy{}) {}

  std::string name() const;  ///< of the kernel: "jit:avx512_core"
  Format format(int argument) const;
  std::size_t scratchpad_bytes() const;
  const_dnnl_primitive_desc_t native() const { return native_.get(); }

 private:
  std::shared_ptr<std::remove_pointer_t<dnnl_primitive_desc_t>> native_;
};

/// Calls `visit` with each kernel on the library's list for `problem`, in its order, until it
/// returns false. Returns why there is none, or nothing.
std::string for_each_kernel(const ConvProblem& problem, const Request& request,
                            const std::function<bool(const Operation&)>& visit);

/// Copies from one format to another, adding to what is there if asked to. Nothing if the library
/// cannot.
std::optional<Operation> reorder(const Format& from, const Format& to, bool accumulate);

/// The library's number for a tensor of a convolution in this direction.
int argument(Direction direction, Role role);
constexpr int reorder_from = DNNL_ARG_FROM;
constexpr int reorder_to = DNNL_ARG_TO;

/// An operation that has been made and can run. One call at a time.
class Call {
 public:
  /// Throws Error if the library fails, or made another kernel than it had promised.
  Call(const Operation& operation, const std::vector<int>& arguments);

  /// What the kernel that was made says about itself.
  const Operation& made() const { return made_; }

  /// `pointers` in the order of the constructor's arguments, then the scratchpad. Throws Error if
  /// the library fails.
  void run(const void* const* pointers);

 private:
  Operation made_;
  Owned<dnnl_primitive_t> primitive_;
  Owned<dnnl_stream_t> stream_;
  std::vector<Owned<dnnl_memory_t>> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
  std::vector<const void*> bound_;
};

}  // namespace convtune::onednn
