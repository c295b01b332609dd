#include "file_system.hpp"

#include <cstdint>

#include <sys/vfs.h>

namespace convtune::db {

std::string network_file_system(long type) {
  static constexpr struct {
    std::uint32_t type;
    const char* name;
  } known[] = {
      {0x6969, "NFS"},      {0x517b, "SMB"},       {0xff534d42, "CIFS"},   {0xfe534d42, "SMB2"},
      {0x65735546, "FUSE"}, {0x01021997, "9P"},    {0x5346414f, "AFS"},    {0x6b414653, "AFS"},
      {0x73757245, "Coda"}, {0x00c36400, "Ceph"},  {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"},
      {0x01161970, "GFS2"}, {0x7461636f, "OCFS2"}, {0x19830326, "BeeGFS"}, {0x786f4256, "vboxsf"},
      {0x564c, "NCP"},      {0xaad7aaea, "PanFS"},
  };
  for (const auto& entry : known)
    if (static_cast<std::uint32_t>(type) == entry.type) return entry.name;
  return {};
}

std::string network_file_system(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  struct statfs status = {};
  if (::statfs(folder.c_str(), &status) != 0) return {};
  return network_file_system(static_cast<long>(status.f_type));
}

}  // namespace convtune::db
