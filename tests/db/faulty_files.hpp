#pragma once

namespace convtune {

/// While it lives, databases opened by this process write through it: after `writes` more writes
/// every further one fails with `code` (SQLITE_FULL, SQLITE_IOERR_WRITE).
class FaultyFiles {
 public:
  FaultyFiles(int writes, int code);
  ~FaultyFiles();
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;

  bool failed() const;  ///< a write was refused
};

}  // namespace convtune
