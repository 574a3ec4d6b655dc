// Threads that share the tasks of a step.
#pragma once

#include "octet/artifact.h"

#include <atomic>
#include <pthread.h>

namespace octet::runtime {

/// A fixed set of threads, asleep between runs. One run at a time.
class Pool {
public:
  /// `threads` includes the caller of run(). Null if the system refuses them.
  static Pool *create(int32_t threads);
  static void destroy(Pool *pool);

  int32_t threadCount() const { return workers + 1; }

  /// Does tasks [0, count) and returns when all are done. Each thread has its own range of them, so
  /// that what it wrote in one step is in its cache in the next, and then helps the others.
  void run(octet_task task, void *frame, int64_t count);

  /// False if run() would have to wake threads first. A little after a run they wait awake.
  bool isAwake() const { return sleepers == 0; }

  /// For how long, in seconds: about what a wake-up costs, several times.
  static constexpr double awakeSeconds = 50e-6;

private:
  /// A thread's range of the job, on a cache line of its own.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };

  static void *workerMain(void *pool);
  void workerLoop(int32_t self);
  void work(int32_t self);
  bool waitAwake(uint32_t seen) const;

  int32_t workers = 0;
  std::atomic<int32_t> started{0};
  pthread_t *handles = nullptr;

  // The job, valid while `isOpen`.
  octet_task task = nullptr;
  void *frame = nullptr;
  int64_t chunk = 1;
  Share *shares = nullptr; ///< of each thread, the caller of run() first

  std::atomic<bool> isOpen{false}, isStopping{false};
  /// Workers that may be looking at the job.
  std::atomic<int32_t> inside{0};
  /// Counts jobs; workers sleep on it.
  std::atomic<uint32_t> generation{0};
  std::atomic<int32_t> sleepers{0};
};

} // namespace octet::runtime
