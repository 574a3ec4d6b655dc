// The operators of the qnn dialect.
#pragma once

#include "qnn/Dialect.h"

#define GET_OP_CLASSES
#include "qnn/Ops.h.inc"
