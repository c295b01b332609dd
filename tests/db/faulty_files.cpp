#include "faulty_files.hpp"

#include <cstring>
#include <map>

#include <sqlite3.h>

namespace convtune {
namespace {

// One wrapped method table for each that the system's own VFS uses: files keep its type, only their
// writes are counted.
struct State {
  int writes_left = 0;
  int code = SQLITE_OK;
  bool failed = false;
  sqlite3_vfs* real = nullptr;
  sqlite3_vfs vfs{};
  std::map<const sqlite3_io_methods*, sqlite3_io_methods> wrapped;
  std::map<const sqlite3_io_methods*, const sqlite3_io_methods*> originals;
};
State* state = nullptr;

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  if (state->writes_left-- <= 0) {
    state->failed = true;
    return state->code;
  }
  const sqlite3_io_methods* ours = file->pMethods;
  return state->originals.at(ours)->xWrite(file, bytes, size, offset);
}

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  const int code = state->real->xOpen(state->real, name, file, flags, out);
  if (code == SQLITE_OK && file->pMethods) {
    auto [found, added] = state->wrapped.try_emplace(file->pMethods, *file->pMethods);
    if (added) {
      found->second.xWrite = &write;
      state->originals.emplace(&found->second, file->pMethods);
    }
    file->pMethods = &found->second;
  }
  return code;
}

}  // namespace

FaultyFiles::FaultyFiles(int writes, int code) {
  state = new State;
  state->writes_left = writes;
  state->code = code;
  state->real = sqlite3_vfs_find(nullptr);
  state->vfs = *state->real;
  state->vfs.zName = "faulty";
  state->vfs.xOpen = &open;
  sqlite3_vfs_register(&state->vfs, 1);
}

FaultyFiles::~FaultyFiles() {
  sqlite3_vfs_unregister(&state->vfs);
  sqlite3_vfs_register(state->real, 1);
  delete state;
  state = nullptr;
}

bool FaultyFiles::failed() const {
  return state->failed;
}

}  // namespace convtune
