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

  /// Links the program and loads it; fails where this CPU cannot run it.
  Failure load(const codegen::Program &program);

  const octet_model *model = nullptr;

private:
  void *library = nullptr;
};

/// Memory for one run at a time.
std::unique_ptr<char, void (*)(void *)> makeWorkspace(const octet_model &model);

} // namespace octet::driver
