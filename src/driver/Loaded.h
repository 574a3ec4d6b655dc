// A compiled model in this process.
#pragma once

#include "codegen/Codegen.h"
#include "driver/Model.h"
#include "octet/artifact.h"

namespace octet::driver {

/// Unloads it when destroyed.
class Loaded {
public:
  Loaded() = default;
  Loaded(const Loaded &) = delete;
  Loaded &operator=(const Loaded &) = delete;
  ~Loaded();

  /// Links a program's objects and loads them.
  Failure load(codegen::Program &program);
  /// The same of a model for a target; fails where this CPU cannot run it.
  Failure loadModel(codegen::Program &program, const std::string &target);

  /// The function of that name.
  template <typename Function> Function *find(const char *name) const {
    return reinterpret_cast<Function *>(findSymbol(name));
  }

  const octet_model *model = nullptr;

private:
  void *findSymbol(const char *name) const;

  void *library = nullptr;
  int descriptor = -1;
};

/// Memory for one run at a time.
using Workspace = std::unique_ptr<char, void (*)(void *)>;
Failure makeWorkspace(const octet_model &model, Workspace &workspace);

} // namespace octet::driver
