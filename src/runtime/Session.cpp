#include "runtime/Artifact.h"
#include "runtime/Clock.h"
#include "runtime/Error.h"
#include "runtime/Pool.h"
#include "runtime/Workspace.h"

#include <stdlib.h>
#include <unistd.h>

using octet::runtime::fail;
using octet::runtime::now;
using octet::runtime::Pool;

struct octet_session {
  octet_executor executor; ///< first, so that its address is the session's
  const octet_artifact *artifact;
  void *workspace;
  void *state;        ///< of a reference, instead
  Pool *pool;         ///< null for one thread
  bool isWorthWaking; ///< a run saves more than it takes to wake threads that sleep
  bool isSharing;     ///< the present run
  double end;         ///< of the last run, where waking is not worth it
  octet_step_watcher watch;
  void *watchContext;
};

// To share a step takes half a microsecond where cores are near each other: it has to save more.
static bool isWorthSharing(const octet_step &step) {
  constexpr int32_t leastKilocycles = 8;
  return step.tasks > 1 && step.kilocycles >= leastKilocycles;
}

static int64_t sharedKilocycles(const octet_model &model) {
  int64_t shared = 0;
  for (int32_t i = 0; i < model.step_count; ++i)
    if (isWorthSharing(model.steps[i]))
      shared += model.steps[i].kilocycles;
  return shared;
}

// Short runs wake threads only if they follow each other: those find them awake then.
static bool mayShare(const octet_session &session) {
  return session.pool && (session.isWorthWaking || session.pool->isAwake() ||
                          now() - session.end < Pool::awakeSeconds);
}

static void runStep(octet_executor *self, octet_task task, void *frame, int64_t count,
                    int32_t step) {
  auto *session = reinterpret_cast<octet_session *>(self);
  double start = session->watch ? now() : 0;
  if (session->isSharing && isWorthSharing(session->artifact->model->steps[step]))
    session->pool->run(task, frame, count);
  else
    task(frame, 0, count);
  if (session->watch)
    session->watch(session->watchContext, step, now() - start);
}

static octet_status makeWorkspace(octet_session *session) {
  const octet_model *model = session->artifact->model;
  if (session->artifact->reference) {
    session->state = session->artifact->compiler->create_state(session->artifact->reference);
    return OCTET_OK;
  }
  session->workspace = octet::runtime::allocateWorkspace(*model);
  if (!session->workspace)
    return fail(OCTET_SYSTEM, "no memory for a workspace of %zu bytes",
                static_cast<size_t>(model->workspace_bytes));
  model->reset(session->workspace);
  return OCTET_OK;
}

extern "C" octet_status octet_session_create(const octet_artifact *artifact, int32_t threads,
                                             octet_session **session) {
  *session = nullptr;
  if (threads < 0 || threads > 1024)
    return fail(OCTET_USAGE, "%d threads make no sense", threads);
  auto *made = static_cast<octet_session *>(calloc(1, sizeof(octet_session)));
  if (!made)
    return fail(OCTET_SYSTEM, "out of memory");
  made->artifact = artifact;
  made->executor.run = runStep;
  octet_status status = makeWorkspace(made);
  if (status == OCTET_OK && threads == 0)
    threads = static_cast<int32_t>(sysconf(_SC_NPROCESSORS_ONLN));
  // Some ten microseconds.
  constexpr int64_t kilocyclesOfWaking = 200;
  int64_t shared = artifact->reference ? 0 : sharedKilocycles(*artifact->model);
  if (status == OCTET_OK && threads > 1 && shared > 0) {
    made->isWorthWaking = shared >= kilocyclesOfWaking;
    made->pool = Pool::create(threads);
    if (!made->pool)
      status = fail(OCTET_SYSTEM, "cannot start %d threads", threads);
  }
  if (status == OCTET_OK)
    *session = made;
  else
    octet_session_destroy(made);
  return status;
}

extern "C" octet_status octet_session_run(octet_session *session, const void *const *inputs,
                                          void *const *outputs) {
  const octet_artifact *artifact = session->artifact;
  if (artifact->reference) {
    octet_status status =
        artifact->compiler->run_reference(artifact->reference, session->state, inputs, outputs);
    return status == OCTET_OK ? status : fail(status, "%s", artifact->compiler->last_error());
  }
  session->isSharing = mayShare(*session);
  bool needsExecutor = session->isSharing || session->watch;
  artifact->model->run(session->workspace, inputs, outputs,
                       needsExecutor ? &session->executor : nullptr);
  if (session->pool && !session->isWorthWaking)
    session->end = now();
  return OCTET_OK;
}

extern "C" octet_status octet_session_reset(octet_session *session) {
  if (session->artifact->reference)
    session->artifact->compiler->reset_state(session->artifact->reference, session->state);
  else
    session->artifact->model->reset(session->workspace);
  return OCTET_OK;
}

extern "C" void octet_session_watch(octet_session *session, octet_step_watcher watch,
                                    void *context) {
  session->watch = watch;
  session->watchContext = context;
}

extern "C" void octet_session_destroy(octet_session *session) {
  if (!session)
    return;
  Pool::destroy(session->pool);
  if (session->state)
    session->artifact->compiler->destroy_state(session->state);
  free(session->workspace);
  free(session);
}
