#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>

#include <convtune/accelerator.hpp>

namespace convtune {

/// A device's own copies of buffers of this process (see Memory), with the room on both sides of
/// each. What a candidate did to them is found on the device, and only what is another than it was
/// comes back. Holds at most three quarters of what the device had free when there were none: who
/// was not used for longest goes first, and is made again from what stands here then.
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

  /// From now on, until the next call, nothing that `of` and `scratch` gave is given up.
  void begin_call() { ++call_; }

  /// A buffer of this process, and how much memory of the device stands for it.
  struct Piece {
    void* data = nullptr;
    std::size_t bytes = 0;
    /// Memory that holds nothing before a call or behind it: the buffer here is empty, and only
    /// the room around it has a meaning.
    bool scratch = false;
  };

  /// The device's copy. Throws std::bad_alloc when there is no room.
  void* of(const Piece& piece);

  /// Copies all of it, room included, to the device; returns when it is done.
  void upload(const Piece& piece);
  /// Every byte of the copy becomes 0xFF, and the room around it what it is here.
  void poison(const Piece& piece);
  /// Copies what is not as `upload` and `poison` left it back, room included.
  void download(std::span<const Piece> pieces);

 private:
  struct Copy {
    const void* data;
    std::size_t bytes;
    std::byte* memory;                   ///< on the device, of the room ahead
    std::size_t used;                    ///< by that call last
    std::optional<std::uint64_t> known;  ///< checksum of what was uploaded; nothing: poisoned
  };

  Copy& copy_of(const Piece& piece);
  void upload_room(const Piece& piece, const Copy& copy);
  void make_room(std::size_t bytes);
  void give_up(std::list<Copy>::iterator copy);

  Accelerator& accelerator_;
  std::size_t most_bytes_, held_bytes_ = 0, call_ = 0;
  std::list<Copy> copies_;  ///< the one used last first
  std::optional<std::uint64_t> room_sum_;
};

}  // namespace convtune
