#include "file_system.hpp"

#include <gtest/gtest.h>

#include "opening.hpp"
#include "statement.hpp"
#include "temporary_folder.hpp"

namespace convtune::db {
namespace {

TEST(FileSystem, KnowsNetworkOnesByNumber) {
  EXPECT_EQ(network_file_system(0x6969L), "NFS");
  EXPECT_EQ(network_file_system(static_cast<long>(0xff534d42)), "CIFS");
  EXPECT_EQ(network_file_system(static_cast<long>(static_cast<int>(0xfe534d42))), "SMB2");
  EXPECT_EQ(network_file_system(0xef53L), "") << "ext4";
  EXPECT_EQ(network_file_system(0x01021994L), "") << "tmpfs";
}

std::string journal(const Database& database) {
  Statement statement(database, "PRAGMA journal_mode");
  statement.step();
  return std::get<std::string>(statement.value(0));
}

TEST(FileSystem, ANetworkGetsARollbackJournalAndAWarning) {
  const TemporaryFolder folder;
  const Opened local = open_for_writing(folder / "local.db", "");
  EXPECT_EQ(journal(*local.database), "wal");
  EXPECT_TRUE(local.warnings.empty());

  const Opened remote = open_for_writing(folder / "remote.db", "NFS");
  EXPECT_EQ(journal(*remote.database), "delete");
  ASSERT_EQ(remote.warnings.size(), 1u);
  EXPECT_NE(remote.warnings[0].find("network file system (NFS)"), std::string::npos);
}

TEST(FileSystem, AStoreThatMovedToANetworkLosesItsLog) {
  const TemporaryFolder folder;
  open_for_writing(folder / "store.db", "");
  EXPECT_EQ(journal(*open_for_writing(folder / "store.db", "SMB").database), "delete");
  EXPECT_EQ(journal(*open_for_writing(folder / "store.db", "").database), "wal");
}

}  // namespace
}  // namespace convtune::db
