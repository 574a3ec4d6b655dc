// Loads artifacts where the C library does not: in a static program. What `octet compile` writes
// needs little of a loader: segments, relocations of four kinds, and a few functions of the C
// library.
#include "runtime/Library.h"

#ifdef OCTET_STATIC_PROGRAM

#include <elf.h>
#include <math.h>
#include <new>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

namespace octet::runtime {

namespace {

#if defined(__aarch64__)
constexpr uint32_t relative = R_AARCH64_RELATIVE, absolute = R_AARCH64_ABS64,
                   entryOfTable = R_AARCH64_GLOB_DAT, jumpSlot = R_AARCH64_JUMP_SLOT;
#else
constexpr uint32_t relative = R_X86_64_RELATIVE, absolute = R_X86_64_64,
                   entryOfTable = R_X86_64_GLOB_DAT, jumpSlot = R_X86_64_JUMP_SLOT;
#endif

struct Import {
  const char *name;
  void *address;
};
template <typename Function> Import import(const char *name, Function *function) {
  return {name, reinterpret_cast<void *>(function)};
}

// All that an artifact may call.
void *findImport(const char *name) {
  const Import imports[] = {
      import("getauxval", getauxval),
      import <void *(void *, const void *, size_t)>("memcpy", memcpy),
      import <void *(void *, const void *, size_t)>("memmove", memmove),
      import <void *(void *, int, size_t)>("memset", memset),
      import <int(const void *, const void *, size_t)>("memcmp", memcmp),
      import <int(const void *, const void *, size_t)>("bcmp", memcmp),
      import <float(float, float)>("fmodf", fmodf),
      import <double(double, double)>("fmod", fmod),
  };
  for (const Import &candidate : imports)
    if (strcmp(candidate.name, name) == 0)
      return candidate.address;
  return nullptr;
}

class Library {
public:
  bool open(int descriptor, char *reason, size_t reasonBytes) {
    if (!map(descriptor)) {
      snprintf(reason, reasonBytes, "it cannot be mapped");
      return false;
    }
    readDynamic();
    const char *missing = symbols && strings ? relocate() : "a table of symbols";
    if (missing)
      snprintf(reason, reasonBytes, "it needs %s, which is not here", missing);
    else
      protect();
    return !missing;
  }

  void *find(const char *name) const {
    // The hash table's chains end with the last symbol; what has no value is an import.
    for (uint32_t i = 1; i < symbolCount; ++i)
      if (symbols[i].st_shndx != SHN_UNDEF && strcmp(strings + symbols[i].st_name, name) == 0)
        return base + symbols[i].st_value;
    return nullptr;
  }

  ~Library() {
    if (base)
      munmap(base, span);
    free(headers);
  }

private:
  bool map(int descriptor) {
    Elf64_Ehdr header;
    if (pread(descriptor, &header, sizeof header, 0) != sizeof header)
      return false;
    headerCount = header.e_phnum;
    size_t bytes = headerCount * sizeof(Elf64_Phdr);
    headers = static_cast<Elf64_Phdr *>(malloc(bytes));
    if (!headers || pread(descriptor, headers, bytes, static_cast<off_t>(header.e_phoff)) !=
                        static_cast<ssize_t>(bytes))
      return false;
    for (size_t i = 0; i < headerCount; ++i)
      if (headers[i].p_type == PT_LOAD && headers[i].p_vaddr + headers[i].p_memsz > span)
        span = headers[i].p_vaddr + headers[i].p_memsz;
    void *place = mmap(nullptr, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
      return false;
    base = static_cast<char *>(place);
    // Copied, so that neither the file's page size nor its later fate matters.
    for (size_t i = 0; i < headerCount; ++i)
      if (headers[i].p_type == PT_LOAD && !read(descriptor, headers[i]))
        return false;
    return true;
  }

  bool read(int descriptor, const Elf64_Phdr &segment) {
    for (uint64_t done = 0; done < segment.p_filesz;) {
      ssize_t got = pread(descriptor, base + segment.p_vaddr + done, segment.p_filesz - done,
                          static_cast<off_t>(segment.p_offset + done));
      if (got <= 0)
        return false;
      done += static_cast<uint64_t>(got);
    }
    return true;
  }

  void readDynamic() {
    const Elf64_Dyn *entry = nullptr;
    for (size_t i = 0; i < headerCount; ++i)
      if (headers[i].p_type == PT_DYNAMIC)
        entry = reinterpret_cast<const Elf64_Dyn *>(base + headers[i].p_vaddr);
    for (; entry && entry->d_tag != DT_NULL; ++entry) {
      char *address = base + entry->d_un.d_ptr;
      switch (entry->d_tag) {
      case DT_SYMTAB:
        symbols = reinterpret_cast<const Elf64_Sym *>(address);
        break;
      case DT_STRTAB:
        strings = address;
        break;
      case DT_GNU_HASH:
        symbolCount = countSymbols(reinterpret_cast<const uint32_t *>(address));
        break;
      case DT_RELA:
      case DT_JMPREL:
        tables[entry->d_tag == DT_JMPREL].first = reinterpret_cast<const Elf64_Rela *>(address);
        break;
      case DT_RELASZ:
      case DT_PLTRELSZ:
        tables[entry->d_tag == DT_PLTRELSZ].count = entry->d_un.d_val / sizeof(Elf64_Rela);
        break;
      default:
        break;
      }
    }
  }

  // Symbols are sorted by bucket; the last of the highest bucket's chain is the last of all.
  static uint32_t countSymbols(const uint32_t *table) {
    uint32_t buckets = table[0], firstHashed = table[1], bloomWords = table[2], last = 0;
    const uint32_t *bucket = table + 4 + size_t{2} * bloomWords, *chains = bucket + buckets;
    for (uint32_t i = 0; i < buckets; ++i)
      last = bucket[i] > last ? bucket[i] : last;
    if (last < firstHashed)
      return firstHashed;
    while (!(chains[last - firstHashed] & 1))
      ++last;
    return last + 1;
  }

  // The name of a function that is not here; null if all are.
  const char *relocate() {
    for (const Table &table : tables)
      for (size_t i = 0; i < table.count; ++i) {
        const Elf64_Rela &relocation = table.first[i];
        auto *place = reinterpret_cast<uint64_t *>(base + relocation.r_offset);
        auto type = static_cast<uint32_t>(ELF64_R_TYPE(relocation.r_info));
        if (type == relative) {
          *place = reinterpret_cast<uint64_t>(base) + static_cast<uint64_t>(relocation.r_addend);
          continue;
        }
        if (type != absolute && type != entryOfTable && type != jumpSlot)
          return "a relocation of another kind";
        const Elf64_Sym &symbol = symbols[ELF64_R_SYM(relocation.r_info)];
        const char *name = strings + symbol.st_name;
        void *address = symbol.st_shndx != SHN_UNDEF ? base + symbol.st_value : findImport(name);
        if (!address)
          return name;
        *place = reinterpret_cast<uint64_t>(address) + static_cast<uint64_t>(relocation.r_addend);
      }
    return nullptr;
  }

  // Code becomes executable, and only it: segments do not share pages.
  void protect() {
    auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    for (size_t i = 0; i < headerCount; ++i) {
      const Elf64_Phdr &segment = headers[i];
      if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X))
        continue;
      uint64_t first = segment.p_vaddr / page * page,
               last = (segment.p_vaddr + segment.p_memsz + page - 1) / page * page;
      __builtin___clear_cache(base + first, base + segment.p_vaddr + segment.p_memsz);
      mprotect(base + first, last - first, PROT_READ | PROT_EXEC);
    }
  }

  struct Table {
    const Elf64_Rela *first = nullptr;
    size_t count = 0;
  };

  char *base = nullptr;
  size_t span = 0, headerCount = 0;
  Elf64_Phdr *headers = nullptr;
  const Elf64_Sym *symbols = nullptr;
  uint32_t symbolCount = 0;
  const char *strings = nullptr;
  Table tables[2];
};

} // namespace

void *openLibrary(int descriptor, const char *, char *reason, size_t reasonBytes) {
  void *memory = malloc(sizeof(Library));
  if (!memory) {
    snprintf(reason, reasonBytes, "out of memory");
    return nullptr;
  }
  auto *library = new (memory) Library();
  if (library->open(descriptor, reason, reasonBytes))
    return library;
  closeLibrary(library);
  return nullptr;
}

void *findSymbol(void *library, const char *name) {
  return static_cast<Library *>(library)->find(name);
}

void closeLibrary(void *library) {
  static_cast<Library *>(library)->~Library();
  free(library);
}

} // namespace octet::runtime

#endif
