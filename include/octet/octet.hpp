// Octet for C++ programs: the functions of octet.h with ownership, and exceptions for errors.
//
//     octet::Artifact artifact = octet::Artifact::load("model.so");
//     octet::Session session(artifact);
//     session.run({image.data()}, {scores.data()});
#ifndef OCTET_OCTET_HPP
#define OCTET_OCTET_HPP

#include "octet/octet.h"

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace octet {

/// What a call that failed has to say, and its status.
class Error : public std::runtime_error {
public:
  explicit Error(octet_status status, const std::string &message = octet_last_error())
      : std::runtime_error(message), code(status) {}
  octet_status status() const noexcept { return code; }

private:
  octet_status code;
};

inline void check(octet_status status) {
  if (status != OCTET_OK)
    throw Error(status);
}

/// A loaded model; see octet_artifact. Movable.
class Artifact {
public:
  static Artifact load(const std::string &path) {
    Artifact made;
    check(octet_load(path.c_str(), &made.handle));
    return made;
  }
  static Artifact attach(const octet_model *model) {
    Artifact made;
    check(octet_attach(model, &made.handle));
    return made;
  }
  static Artifact compile(const std::string &model, const octet_options &options = {}) {
    Artifact made;
    check(octet_compile_and_load(model.c_str(), &options, &made.handle));
    return made;
  }
  static Artifact reference(const std::string &model, const octet_options &options = {}) {
    Artifact made;
    check(octet_load_reference(model.c_str(), &options, &made.handle));
    return made;
  }

  Artifact(Artifact &&other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Artifact &operator=(Artifact &&other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~Artifact() { octet_release(handle); }

  const octet_model &description() const { return *octet_describe(handle); }
  const octet_artifact *get() const { return handle; }

private:
  Artifact() = default;
  octet_artifact *handle = nullptr;
};

/// A workspace and threads; see octet_session. Must not outlive its artifact.
class Session {
public:
  explicit Session(const Artifact &artifact, int32_t threads = 0) {
    check(octet_session_create(artifact.get(), threads, &handle));
  }
  Session(Session &&other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Session &operator=(Session &&other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~Session() { octet_session_destroy(handle); }

  /// A pointer for each input and each output of the description.
  void run(const std::vector<const void *> &inputs, const std::vector<void *> &outputs) {
    check(octet_session_run(handle, inputs.data(), outputs.data()));
  }
  void reset() { check(octet_session_reset(handle)); }
  void watch(octet_step_watcher watcher, void *context) {
    octet_session_watch(handle, watcher, context);
  }
  octet_session *get() const { return handle; }

private:
  octet_session *handle = nullptr;
};

} // namespace octet

#endif
