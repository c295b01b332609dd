// The machine as it reads from made-up /proc, /sys and /etc.
#include "system.hpp"

#include <gmock/gmock.h>

#include "folder.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* xeon =
    "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
    "model name\t: Intel(R) Xeon(R) Processor\nstepping\t: 8\nphysical id\t: 0\ncore id\t\t: 0\n"
    "flags\t\t: fpu sse4_1 avx avx2 fma f16c avx512f avx512dq avx512bw avx512vl amx_tile\n\n"
    "processor\t: 1\nvendor_id\t: GenuineIntel\nphysical id\t: 0\ncore id\t\t: 0\n\n"
    "processor\t: 2\nvendor_id\t: GenuineIntel\nphysical id\t: 0\ncore id\t\t: 1\n";

void write_cache(const Folder& root, int index, const char* level, const char* type,
                 const char* size) {
  const std::string folder =
      "sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
  root.write(folder + "level", level);
  root.write(folder + "type", type);
  root.write(folder + "size", size);
}

TEST(SystemFiles, TellTheCpu) {
  const Folder root;
  root.write("proc/cpuinfo", xeon);
  root.write("proc/meminfo", "MemTotal:       16384 kB\nMemFree: 1 kB\n");
  write_cache(root, 0, "1", "Data", "48K\n");
  write_cache(root, 1, "1", "Instruction", "32K\n");
  write_cache(root, 2, "2", "Unified", "2048K\n");
  write_cache(root, 3, "3", "Unified", "105M\n");
  const Device device = System(root.path()).cpu();
  EXPECT_EQ(device.name, "Intel(R) Xeon(R) Processor");
  EXPECT_EQ(device.isa, Isa::avx512);
  EXPECT_EQ(device.l1_bytes, 48U << 10);
  EXPECT_EQ(device.l2_bytes, 2U << 20);
  EXPECT_EQ(device.l3_bytes, 105U << 20);
  EXPECT_EQ(device.memory_bytes, 16U << 20);
}

TEST(SystemFiles, TellTheMachineClassWithoutSerials) {
  const Folder root;
  root.write("proc/cpuinfo", xeon);
  root.write("etc/machine-id", "0123456789abcdef\n");
  const Machine machine = System(root.path()).machine();
  EXPECT_EQ(machine.machine_class,
            "Intel(R) Xeon(R) Processor (GenuineIntel/6/143/8), "
            "sse4_1+avx+avx2+fma+f16c+avx512f+avx512bw+avx512vl+avx512dq+amx_tile, 2 cores, 3 "
            "threads, L1 32K, L2 1024K, L3 16384K");
  EXPECT_EQ(machine.serial, "0123456789abcdef");
  EXPECT_THAT(machine.fingerprint, HasSubstr("\"cores\":2"));
  EXPECT_THAT(machine.fingerprint, Not(HasSubstr("0123456789abcdef")));
}

TEST(SystemFiles, TheHostNameStandsInForAMissingMachineId) {
  const Folder root;
  root.write("etc/machine-id", "\n");
  root.write("proc/sys/kernel/hostname", "builder\n");
  EXPECT_EQ(System(root.path()).machine().serial, "host builder");
}

TEST(SystemFiles, NothingToReadIsAPlainCpu) {
  const Folder root;
  const Device device = System(root.path()).cpu();
  EXPECT_EQ(device.name, "unknown CPU");
  EXPECT_EQ(device.isa, Isa::generic);
  EXPECT_EQ(device.l2_bytes, Device{}.l2_bytes);
  EXPECT_FALSE(System(root.path()).cpu_quota());
}

TEST(SystemFiles, Avx512NeedsTheWholeSet) {
  const Folder root;
  root.write("proc/cpuinfo", "processor : 0\nflags : avx2 fma avx512f\n");
  EXPECT_EQ(System(root.path()).cpu().isa, Isa::avx2);
}

TEST(ControlGroups, VersionTwoLimitsOfTheGroupAndThoseAround) {
  const Folder root;
  root.write("proc/self/cgroup", "0::/outer/inner\n");
  root.write("proc/meminfo", "MemTotal: 1048576 kB\n");
  root.write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  root.write("sys/fs/cgroup/outer/cpu.max", "250000 100000\n");
  root.write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
  root.write("sys/fs/cgroup/outer/memory.max", "1048576\n");
  EXPECT_EQ(System(root.path()).cpu_quota(), 3);
  EXPECT_EQ(System(root.path()).memory_limit(), 1U << 20);
}

TEST(ControlGroups, VersionOneLimits) {
  const Folder root;
  root.write("proc/self/cgroup", "4:cpu,cpuacct:/job\n3:memory:/job\n");
  root.write("proc/meminfo", "MemTotal: 1048576 kB\n");
  root.write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "100000");
  root.write("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2097152");
  EXPECT_EQ(System(root.path()).cpu_quota(), 1);
  EXPECT_EQ(System(root.path()).memory_limit(), 2U << 20);
}

TEST(ControlGroups, NoLimitIsMinusOne) {
  const Folder root;
  root.write("proc/self/cgroup", "4:cpu:/\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
  EXPECT_FALSE(System(root.path()).cpu_quota());
}

TEST(ThreadCount, IsWhatAffinityAndQuotaAllow) {
  const Variable asked("OMP_NUM_THREADS", ""), limit("OMP_THREAD_LIMIT", "");
  EXPECT_EQ(thread_count(8, std::nullopt), 8);
  EXPECT_EQ(thread_count(8, 3), 3);
  EXPECT_EQ(thread_count(2, 3), 2);
  EXPECT_EQ(thread_count(0, 0), 1);
}

TEST(ThreadCount, IsAskedOfOpenMpFirst) {
  const Variable limit("OMP_THREAD_LIMIT", "");
  const Variable asked("OMP_NUM_THREADS", "5,2");
  EXPECT_EQ(thread_count(8, 3), 5);
  const Variable limited("OMP_THREAD_LIMIT", "4");
  EXPECT_EQ(thread_count(8, 3), 4);
}

TEST(UserAtHost, NamesBoth) {
  const std::string who = user_at_host();
  const std::size_t at = who.find('@');
  EXPECT_GT(at, 0U);
  EXPECT_LT(at + 1, who.size());
}

TEST(ThreadCount, IgnoresNonsense) {
  const Variable limit("OMP_THREAD_LIMIT", "");
  const Variable asked("OMP_NUM_THREADS", "many");
  EXPECT_EQ(thread_count(8, 3), 3);
}

}  // namespace
}  // namespace convtune
