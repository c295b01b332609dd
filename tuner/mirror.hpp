#pragma once

#include <cstddef>
#include <list>

#include <convtune/accelerator.hpp>

namespace convtune {

/// A device's own copies of buffers of this process (see Memory), with the room on both sides of
/// each, so that what a candidate writes outside of a buffer is seen here after a download. Holds
/// at most three quarters of what the device had free when there were none: who was not used for
/// longest goes first, and is made again from what stands here then.
class Mirror {
 public:
  explicit Mirror(Accelerator& accelerator);
  ~Mirror();
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;

  /// Gives up all copies, and looks again how much the device has free.
  void clear();

  /// How much one call may use, room on both sides of buffers included.
  std::size_t most_bytes() const { return most_bytes_; }

  /// From now on, until the next call, nothing that `of` gave is given up.
  void begin_call() { ++call_; }

  /// The device's copy of the `bytes` at `data`. Throws std::bad_alloc when there is no room.
  void* of(const void* data, std::size_t bytes);
  /// Copies all of it, room included, to the device or back. Return when it is done.
  void upload(const void* data, std::size_t bytes);
  void download(void* data, std::size_t bytes);

 private:
  struct Copy {
    const void* data;
    std::size_t bytes;
    std::byte* memory;  ///< on the device, of the room ahead
    std::size_t used;   ///< by that call last
  };

  Copy& copy_of(const void* data, std::size_t bytes);
  void make_room(std::size_t bytes);
  void give_up(std::list<Copy>::iterator copy);

  Accelerator& accelerator_;
  std::size_t most_bytes_, held_bytes_ = 0, call_ = 0;
  std::list<Copy> copies_;  ///< the one used last first
};

}  // namespace convtune
