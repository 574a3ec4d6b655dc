// Where the processor meets an instruction of AMX that it does not know, it raises SIGILL; here the
// instruction is done instead, and the program goes on behind it.
#include "emulation/Amx.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <ucontext.h>
#include <unistd.h>

namespace octet::emulation {

namespace {

thread_local Tiles tiles;

/// The parts of an instruction with a VEX prefix of three bytes, in the map 0F38 and with W = 0.
struct Instruction {
  int prefix; ///< none, 66, F3, F2
  int opcode, mode, reg, rm, second;
  uint8_t *base = nullptr; ///< of its memory operand
  int64_t index = 0;       ///< times its scale
  bool hasIndex = false;   ///< whether the address has an index byte
  uint8_t *next = nullptr;
};

class Decoder {
public:
  Decoder(uint8_t *at, const gregset_t &registers) : at(at), registers(registers) {}

  std::optional<Instruction> decode() {
    if (at[0] != 0xC4 || (at[1] & 0x1F) != 2 || (at[2] & 0x84) != 0)
      return std::nullopt;
    highIndex = at[1] & 0x40 ? 0 : 8;
    highBase = at[1] & 0x20 ? 0 : 8;
    Instruction result{};
    result.second = ~(at[2] >> 3) & 15;
    result.prefix = at[2] & 3;
    result.opcode = at[3];
    result.mode = at[4] >> 6;
    result.reg = at[4] >> 3 & 7;
    result.rm = at[4] & 7;
    at += 5;
    if (result.mode != 3)
      readAddress(result);
    result.next = at;
    if (result.mode != 3 && isRelative)
      result.base += reinterpret_cast<intptr_t>(at);
    return result;
  }

private:
  void readAddress(Instruction &result) {
    int base = result.rm;
    if (result.rm == 4) {
      uint8_t byte = *at++;
      base = byte & 7;
      int index = (byte >> 3 & 7) + highIndex;
      result.hasIndex = true;
      result.index = index == 4 ? 0 : valueOf(index) * (int64_t{1} << (byte >> 6));
    }
    int64_t address = 0;
    if (result.mode == 0 && base == 5)
      isRelative = result.rm == 5;
    else
      address = valueOf(base + highBase);
    if (result.mode == 1)
      address += static_cast<int8_t>(*at++);
    else if (result.mode == 2 || base == 5) {
      int32_t displacement;
      std::memcpy(&displacement, at, sizeof displacement);
      address += displacement;
      at += sizeof displacement;
    }
    result.base = reinterpret_cast<uint8_t *>(address);
  }

  int64_t valueOf(int number) const {
    static const int places[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                 REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                 REG_R12, REG_R13, REG_R14, REG_R15};
    return registers[places[number]];
  }

  uint8_t *at;
  const gregset_t &registers;
  int highIndex = 0, highBase = 0;
  bool isRelative = false;
};

enum Prefix { none, prefix66, prefixF3, prefixF2 };

// False if it is none of AMX.
bool execute(const Instruction &what, const char *&fault) {
  bool isMemory = what.mode != 3, isRegister = what.mode == 3 && what.rm == 0;
  if (what.opcode == 0x49 && what.second == 0 && what.prefix == none && isMemory && what.reg == 0)
    fault = tiles.configure(what.base + what.index);
  else if (what.opcode == 0x49 && what.second == 0 && what.prefix == none && isRegister &&
           what.reg == 0)
    fault = tiles.release();
  else if (what.opcode == 0x49 && what.second == 0 && what.prefix == prefixF2 && isRegister)
    fault = tiles.zero(what.reg);
  else if (what.opcode == 0x4B && what.second == 0 && what.hasIndex &&
           (what.prefix == prefixF2 || what.prefix == prefix66))
    fault = tiles.load(what.reg, what.base, what.index);
  else if (what.opcode == 0x4B && what.second == 0 && what.hasIndex && what.prefix == prefixF3)
    fault = tiles.store(what.reg, what.base, what.index);
  else if (what.opcode == 0x5E && what.prefix == prefix66 && !isMemory &&
           what.second < Tiles::count)
    fault = tiles.multiply(what.reg, what.rm, what.second);
  else
    return false;
  return true;
}

void say(const char *text) {
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
}

void onUnknown(int, siginfo_t *, void *context) {
  gregset_t &registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  bool isFirst = true;
  // A signal takes far longer than what it is for, and few of these come alone.
  while (true) {
    auto *at = reinterpret_cast<uint8_t *>(registers[REG_RIP]);
    auto instruction = Decoder(at, registers).decode();
    const char *fault = nullptr;
    bool isKnown = instruction && execute(*instruction, fault);
    if (!isKnown && !isFirst)
      return;
    if (!isKnown || fault) {
      say("emulated AMX: ");
      say(fault ? fault : "another unknown instruction");
      say("\n");
      std::abort();
    }
    registers[REG_RIP] = reinterpret_cast<greg_t>(instruction->next);
    isFirst = false;
  }
}

} // namespace

void emulateAmx() {
  struct sigaction action = {};
  action.sa_sigaction = onUnknown;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGILL, &action, nullptr);
}

} // namespace octet::emulation
