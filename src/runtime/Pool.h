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

  /// Does tasks [0, count) and returns when all are done.
  void run(octet_task task, void *frame, int64_t count);

private:
  static void *workerMain(void *pool);
  void workerLoop();
  void work();

  int32_t workers = 0;
  pthread_t *handles = nullptr;

  // The job, valid while `isOpen`.
  octet_task task = nullptr;
  void *frame = nullptr;
  int64_t count = 0, chunk = 1;
  std::atomic<int64_t> next{0};

  std::atomic<bool> isOpen{false}, isStopping{false};
  /// Workers that may be looking at the job.
  std::atomic<int32_t> inside{0};
  /// Counts jobs; workers sleep on it.
  std::atomic<uint32_t> generation{0};
  std::atomic<int32_t> sleepers{0};
};

} // namespace octet::runtime
