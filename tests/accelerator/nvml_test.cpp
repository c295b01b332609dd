// What is said of a GPU's state. The library here is a double: that NVML answers so of a real GPU
// is not proved.
#include "nvml.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

namespace convtune::cuda {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class State : public testing::Test {
 protected:
  ~State() override {
    for (const char* const name :
         {"FAKE_NVML_BROKEN", "FAKE_NVML_MODE", "FAKE_NVML_MIG", "FAKE_NVML_OTHERS"})
      unsetenv(name);
  }
  static std::vector<std::string> of(const std::string& uuid = "GPU-1") {
    return remarks(state(FAKE_NVML, uuid));
  }
};

TEST_F(State, OfAGpuForUsAloneIsNothing) {
  EXPECT_THAT(of(), IsEmpty());
}

TEST_F(State, NamesOtherProcesses) {
  setenv("FAKE_NVML_OTHERS", "1", 1);
  EXPECT_THAT(of(), ElementsAre("1 other process uses it (pid 100001)"));
  setenv("FAKE_NVML_OTHERS", "2", 1);
  EXPECT_THAT(of(), ElementsAre("2 other processes use it (pid 100001, 100002)"));
}

TEST_F(State, NamesModes) {
  setenv("FAKE_NVML_MODE", "3", 1);
  setenv("FAKE_NVML_MIG", "1", 1);
  EXPECT_THAT(of(), ElementsAre(HasSubstr("lets one process compute"),
                                HasSubstr("into instances (MIG: MIG-0, MIG-2)")));
  setenv("FAKE_NVML_MODE", "2", 1);
  EXPECT_THAT(of(), ElementsAre(HasSubstr("lets nobody compute"), HasSubstr("(MIG: ")));
}

TEST_F(State, IsToldWhole) {
  GpuState told = state(FAKE_NVML, "GPU-1");
  EXPECT_EQ(told.compute_mode, "default");
  EXPECT_EQ(told.mig, false);
  EXPECT_THAT(told.mig_instances, IsEmpty());
  EXPECT_THAT(told.other_processes.value(), IsEmpty());
  setenv("FAKE_NVML_MODE", "1", 1);
  setenv("FAKE_NVML_MIG", "1", 1);
  setenv("FAKE_NVML_OTHERS", "200", 1);  // more than there is room for at first
  told = state(FAKE_NVML, "GPU-1");
  EXPECT_EQ(told.compute_mode, "exclusive_thread");
  EXPECT_EQ(told.mig, true);
  EXPECT_THAT(told.mig_instances, ElementsAre("MIG-0", "MIG-2"));
  EXPECT_THAT(told.other_processes.value(), testing::SizeIs(200));
}

TEST_F(State, OfWhatCannotBeAskedIsNothing) {
  setenv("FAKE_NVML_MIG", "1", 1);
  EXPECT_THAT(of("GPU-2"), IsEmpty());
  EXPECT_THAT(remarks(state("no_such_library.so", "GPU-1")), IsEmpty());
  EXPECT_EQ(state("no_such_library.so", "GPU-1").other_processes, std::nullopt);
  setenv("FAKE_NVML_BROKEN", "1", 1);
  EXPECT_THAT(of(), IsEmpty());
}

}  // namespace
}  // namespace convtune::cuda
