// Text on its way to whoever asked for it.
#pragma once

#include "octet/octet.h"

#include "llvm/ADT/StringRef.h"

namespace octet::driver {

struct Writer {
  octet_writer write;
  void *context;
  void operator()(llvm::StringRef text) const { write(context, text.data(), text.size()); }
};

} // namespace octet::driver
