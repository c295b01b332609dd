#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <convtune/implementation.hpp>

namespace convtune {

/// Makes plans on a thread of its own, in the order in which they were asked for, while the
/// thread that asked does something else.
class Builder {
 public:
  struct Built {
    std::unique_ptr<Plan> plan;
    double seconds = 0;  ///< that making it took
  };
  using Build = std::function<Built()>;

  /// `begin` is called once on that thread, before anything is made.
  explicit Builder(std::function<void()> begin);
  /// Waits for the one that is being made.
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  /// Nothing where one of that name is on its way.
  void start(const std::string& name, Build build);
  /// Waits for it; throws what making it threw. Without a plan where none was started, or where it
  /// was not begun yet.
  Built take(const std::string& name);
  /// Forgets all that nobody took.
  void clear();

 private:
  struct Order {
    std::string name;
    Build build;
    bool begun = false, over = false;
    Built built = {};
    std::exception_ptr error = {};
  };

  void work(const std::function<void()>& begin);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Order>> orders_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace convtune
