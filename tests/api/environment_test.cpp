// What the environment of a backend is, and when it is found again without opening anything.
#include <gmock/gmock.h>

#include <convtune/doctor.hpp>
#include <db/memory_store.hpp>
#include <db/sqlite_store.hpp>

#include "folder.hpp"
#include "system.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class EnvironmentOf : public testing::Test {
 protected:
  EnvironmentOf() {
    folder.write("libfake.so", "code");
    backend.library.path = (folder.path() / "libfake.so").string();
    device.threads = 2;
  }
  std::optional<Environment> remembered() { return remembered_environment("blas", device, *store); }

  Folder folder;
  FakeBackend backend{"blas"};
  Device device;
  std::unique_ptr<Store> store = make_memory_store();
  Variable core{"OPENBLAS_CORETYPE", ""}, policy{"OMP_WAIT_POLICY", ""};
};

TEST_F(EnvironmentOf, NamesWhatTimesDependOn) {
  const Environment environment = probe_environment(backend, device);
  EXPECT_EQ(environment.backend, "blas");
  EXPECT_EQ(environment.identity.at("threads"), "2");
  EXPECT_EQ(environment.identity.at("version"), "1.0");
  EXPECT_EQ(environment.identity.at("wait_policy"), "default");
  EXPECT_EQ(environment.machine_class(), probe_machine().machine_class);
  EXPECT_FALSE(environment.recorded.at("kernel").empty());
  ASSERT_EQ(environment.files.size(), 1U);
  EXPECT_EQ(environment.files[0].size, 4U);
}

TEST_F(EnvironmentOf, IsRememberedWithoutOpeningTheBackend) {
  const Environment environment = probe_environment(backend, device);
  store->remember(environment);
  backend.opened = 0;
  EXPECT_EQ(remembered().value().hash(), environment.hash());
  EXPECT_EQ(backend.opened, 0);
  EXPECT_FALSE(remembered_environment("onednn", device, *store));
}

TEST_F(EnvironmentOf, IsNotRememberedOnceItsLibraryChanged) {
  store->remember(probe_environment(backend, device));
  folder.write("libfake.so", "longer code");
  EXPECT_FALSE(remembered());
}

TEST_F(EnvironmentOf, IsAnotherWithOtherThreadsOrSettings) {
  store->remember(probe_environment(backend, device));
  {
    const Variable changed("OMP_WAIT_POLICY", "passive");
    EXPECT_FALSE(remembered());
  }
  {
    const Variable changed("OPENBLAS_CORETYPE", "SkylakeX");
    EXPECT_FALSE(remembered());
    store->remember(probe_environment(backend, device));
    EXPECT_TRUE(remembered());
  }
  EXPECT_TRUE(remembered());
  device.threads = 4;
  EXPECT_FALSE(remembered());
}

TEST_F(EnvironmentOf, IsNotRememberedOfALibraryThatTheUserNoLongerChooses) {
  FakeBackend cudnn{"cudnn"};
  cudnn.library.path = backend.library.path;
  const auto known = [&] { return remembered_environment("cudnn", device, *store).has_value(); };
  {
    const Variable chosen("CONVTUNE_CUDNN_LIBRARY", "/one/libcudnn.so.9");
    store->remember(probe_environment(cudnn, device));
    EXPECT_TRUE(known());
    const Variable other("CONVTUNE_CUDNN_LIBRARY", "/other/libcudnn.so.9");
    EXPECT_FALSE(known());
  }
  const Variable none("CONVTUNE_CUDNN_LIBRARY", "");
  EXPECT_FALSE(known());
  store->remember(probe_environment(cudnn, device));
  EXPECT_TRUE(known());
}

TEST_F(EnvironmentOf, OfWhatIsMissingIsNotRemembered) {
  backend.missing = "OpenBLAS was not found.";
  const Environment environment = probe_environment(backend, device);
  store->remember(environment);
  EXPECT_TRUE(environment.files.empty());
  EXPECT_FALSE(remembered());
}

class LibrarySettings : public testing::Test {
 protected:
  Folder folder;
  Context context{.database = (folder.path() / "times.db").string()};
  Variable policy{"OMP_WAIT_POLICY", ""}, threads{"OMP_NUM_THREADS", ""},
      core{"OPENBLAS_CORETYPE", ""};
};

TEST_F(LibrarySettings, AreWhatTheUserDidNotSet) {
  context.threads = 3;
  EXPECT_THAT(library_settings(context),
              testing::ElementsAre("OMP_WAIT_POLICY=passive", "OMP_NUM_THREADS=3"));
  const Variable active("OMP_WAIT_POLICY", "active"), three("OMP_NUM_THREADS", "3");
  EXPECT_THAT(library_settings(context), IsEmpty());
}

TEST_F(LibrarySettings, ThreadsAskedForOutweighTheVariable) {
  const Variable two("OMP_NUM_THREADS", "2");
  EXPECT_THAT(library_settings(context), Not(Contains(StartsWith("OMP_NUM_THREADS"))));
  context.threads = 3;
  EXPECT_THAT(library_settings(context), Contains("OMP_NUM_THREADS=3"));
}

TEST_F(LibrarySettings, TheFastestCoreTypeIsRemembered) {
  open_sqlite_store(context.database, OpenMode::write)
      ->set_setting(core_type_setting_key(probe_machine()), "SkylakeX");
  EXPECT_THAT(library_settings(context), Contains("OPENBLAS_CORETYPE=SkylakeX"));
  const Variable own("OPENBLAS_CORETYPE", "Haswell");
  EXPECT_THAT(library_settings(context), Not(Contains(StartsWith("OPENBLAS_CORETYPE"))));
}

TEST_F(LibrarySettings, ABrokenDatabaseIsNotTheirConcern) {
  folder.write("times.db",
               "this is no database, it is a text that is long enough to look like one");
  EXPECT_THAT(library_settings(context), Not(Contains(StartsWith("OPENBLAS_CORETYPE"))));
}

TEST(DeviceOf, OtherDevicesAreBadInput) {
  EXPECT_EQ(probe_device({.threads = 3}).threads, 3);
  EXPECT_THROW(probe_device({.device = "cuda"}), Error);
  EXPECT_THROW(probe_device({.threads = -1}), Error);
}

TEST(DefaultDatabase, FollowsTheVariables) {
  const Variable own("CONVTUNE_DB", "/a/b.db"), data("XDG_DATA_HOME", "/data");
  EXPECT_EQ(default_database(), "/a/b.db");
  const Variable none("CONVTUNE_DB", "");
  EXPECT_EQ(default_database(), "/data/convtune/convtune.db");
  const Variable home("HOME", "/home/me"), no_data("XDG_DATA_HOME", "");
  EXPECT_EQ(default_database(), "/home/me/.local/share/convtune/convtune.db");
}

TEST(DefaultDatabase, IgnoresFoldersThatAreRelative) {
  const std::string place = "/.local/share/convtune/convtune.db";
  const Variable own("CONVTUNE_DB", ""), data("XDG_DATA_HOME", "data");
  {
    const Variable home("HOME", "/home/me");
    EXPECT_EQ(default_database(), "/home/me" + place);
  }
  for (const char* const unusable : {"home/me", ".", ""}) {
    const Variable home("HOME", unusable);
    EXPECT_EQ(default_database(), home_of_user() + place);
  }
  const Variable chosen("CONVTUNE_DB", "b.db");  // names a file, not a folder of XDG's
  EXPECT_EQ(default_database(), "b.db");
}

}  // namespace
}  // namespace convtune
