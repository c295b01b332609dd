// Whatever the order of calls, the answer is a Failure and never the end of the process.
#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>

#include "../../cuda/module/vendor_library.hpp"
#include "h200.hpp"
#include "library.hpp"

namespace convtune::cudnn {
namespace {

using testing::HasSubstr;

Descriptor small_graph() {
  return graph(parse_problem("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1"), {});
}

struct WrongOrder {
  const char* name;
  std::function<void()> calls;
};

class WrongOrders : public testing::TestWithParam<WrongOrder> {};

TEST_P(WrongOrders, AreFailures) {
  // In a process of its own: what cuDNN does not survive must not take the other tests along.
  EXPECT_EXIT(
      {
        try {
          GetParam().calls();
        } catch (const Failure& failure) {
          std::exit(failure.status() != CUDNN_STATUS_SUCCESS && *failure.what() != 0 ? 7 : 8);
        }
        std::exit(9);
      },
      testing::ExitedWithCode(7), "");
}

const WrongOrder wrong_orders[] = {
    {"final_without_attributes", [] { Descriptor(CUDNN_BACKEND_TENSOR_DESCRIPTOR).finalize(); }},
    {"graph_of_nothing", [] { Descriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR).finalize(); }},
    {"engine_of_nothing", [] { Descriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR).finalize(); }},
    {"configuration_of_nothing", [] { Descriptor(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR).finalize(); }},
    {"heuristics_of_nothing", [] { Descriptor(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR).finalize(); }},
    {"plan_of_nothing", [] { Descriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR).finalize(); }},
    {"device_of_nothing", [] { Descriptor(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR).finalize(); }},
    {"heuristics_without_a_device",
     [] {
       Descriptor(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)
           .set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, small_graph())
           .set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_HEUR_MODE_A)
           .finalize();
     }},
    {"engine_without_a_device",
     [] {
       Descriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR)
           .set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, small_graph())
           .set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, std::int64_t{1})
           .finalize();
     }},
    {"engine_of_no_number",
     [] {
       Descriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR)
           .set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, small_graph())
           .set(CUDNN_ATTR_ENGINE_DEVICEPROP, h200())
           .set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, std::int64_t{100000})
           .finalize();
     }},
    {"final_twice", [] { small_graph().finalize(); }},
    {"set_after_final", [] { small_graph().set(CUDNN_ATTR_OPERATIONGRAPH_OPS, small_graph()); }},
    {"part_that_is_not_final",
     [] {
       const Descriptor operation(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
       Descriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)
           .set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operation);
     }},
    {"part_of_another_kind",
     [] {
       Descriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)
           .set(CUDNN_ATTR_OPERATIONGRAPH_OPS, h200())
           .finalize();
     }},
    {"read_before_final",
     [] {
       (void)Descriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)
           .number(CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT);
     }},
    {"read_of_another_kind", [] { (void)h200().number(CUDNN_ATTR_ENGINE_GLOBAL_INDEX); }},
    {"properties_that_are_no_json", [] { device_properties("{"); }},
    {"properties_that_are_empty", [] { device_properties("{}"); }},
};

INSTANTIATE_TEST_SUITE_P(Cudnn, WrongOrders, testing::ValuesIn(wrong_orders),
                         [](const auto& tested) { return tested.param.name; });

TEST(CudnnDescriptor, LivesAsLongAsWhatItIsPartOf) {
  const Descriptor made = [] {
    const Descriptor inner = small_graph();
    return Descriptor(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)
        .set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, inner)
        .set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, h200())
        .set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_HEUR_MODE_A)
        .finalize();
  }();
  EXPECT_FALSE(
      made.parts(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR).empty());
}

TEST(CudnnDescriptor, SaysTheLibrarysOwnWords) {
  try {
    device_properties("{}");
    FAIL() << "a device of no properties";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), CUDNN_STATUS_BAD_PARAM);
    EXPECT_THAT(failure.what(), HasSubstr("BAD_PARAM (2000): "));
  }
}

TEST(CudnnLibrary, IsTheOneThatTheHeadersAreOf) {
  EXPECT_EQ(library().problem, "");
  EXPECT_EQ(runtime_version(), header_version());
  EXPECT_THAT(library().path, HasSubstr("libcudnn"));
  EXPECT_EQ(cuda::version_text(91900), "9.19.0");
  EXPECT_EQ(cuda::version_text(8907), "8.9.7");
}

TEST(Reasons, AreOneLineWithoutAddresses) {
  EXPECT_EQ(readable("cur=0x7ffcb0b8efc8 of\n 0x12"), "cur=0x... of");
  EXPECT_EQ(readable("flags 0x12ab, mask 0xffffffff"), "flags 0x12ab, mask 0xffffffff");
  EXPECT_EQ(readable("0x"), "0x");
  EXPECT_EQ(readable(""), "");
}

}  // namespace
}  // namespace convtune::cudnn
