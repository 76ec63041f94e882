// The functions of the toolchain's libIndexStore.so that folder-circles calls. The toolchain has no
// module map for it, and its folder is known only when the program runs: hence dlopen.
// Source: indexstore/indexstore.h of Swift 6.3.

#pragma once

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *data;
  size_t length;
} indexstore_string_ref_t;

typedef bool (*indexstore_applier_t)(void *context, void *item);

enum { INDEXSTORE_DEPENDENCY_RECORD = 2 };

// Bits of an occurrence's roles.
enum {
  INDEXSTORE_ROLE_DECLARATION = 1 << 0,
  INDEXSTORE_ROLE_DEFINITION = 1 << 1,
  INDEXSTORE_ROLE_REFERENCE = 1 << 2,
};

typedef struct {
  void *(*store_create)(const char *path, void **error);
  bool (*store_units_apply_f)(void *store, unsigned sorted, void *context,
                              bool (*applier)(void *context, indexstore_string_ref_t name));
  const char *(*error_get_description)(void *error);

  void *(*unit_reader_create)(void *store, const char *name, void **error);
  void (*unit_reader_dispose)(void *unit);
  bool (*unit_reader_is_system_unit)(void *unit);
  void (*unit_reader_get_modification_time)(void *unit, int64_t *seconds, int64_t *nanoseconds);
  indexstore_string_ref_t (*unit_reader_get_main_file)(void *unit);
  indexstore_string_ref_t (*unit_reader_get_module_name)(void *unit);
  bool (*unit_reader_dependencies_apply_f)(void *unit, void *context, indexstore_applier_t);
  unsigned (*unit_dependency_get_kind)(void *dependency);
  indexstore_string_ref_t (*unit_dependency_get_name)(void *dependency);

  void *(*record_reader_create)(void *store, const char *name, void **error);
  void (*record_reader_dispose)(void *record);
  bool (*record_reader_occurrences_apply_f)(void *record, void *context, indexstore_applier_t);
  void *(*occurrence_get_symbol)(void *occurrence);
  uint64_t (*occurrence_get_roles)(void *occurrence);
  void (*occurrence_get_line_col)(void *occurrence, unsigned *line, unsigned *column);
  indexstore_string_ref_t (*symbol_get_usr)(void *symbol);
  indexstore_string_ref_t (*symbol_get_name)(void *symbol);
} indexstore_functions_t;

/// Loads the library and finds its functions.
///
/// Returns a null pointer, or what the dynamic linker could not find.
static inline const char *indexstore_load(const char *path, indexstore_functions_t *functions) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define INDEXSTORE_FIND(name)                                                                      \
  if (!(functions->name = (__typeof__(functions->name))dlsym(library, "indexstore_" #name)))       \
    return dlerror();
  INDEXSTORE_FIND(store_create)
  INDEXSTORE_FIND(store_units_apply_f)
  INDEXSTORE_FIND(error_get_description)
  INDEXSTORE_FIND(unit_reader_create)
  INDEXSTORE_FIND(unit_reader_dispose)
  INDEXSTORE_FIND(unit_reader_is_system_unit)
  INDEXSTORE_FIND(unit_reader_get_modification_time)
  INDEXSTORE_FIND(unit_reader_get_main_file)
  INDEXSTORE_FIND(unit_reader_get_module_name)
  INDEXSTORE_FIND(unit_reader_dependencies_apply_f)
  INDEXSTORE_FIND(unit_dependency_get_kind)
  INDEXSTORE_FIND(unit_dependency_get_name)
  INDEXSTORE_FIND(record_reader_create)
  INDEXSTORE_FIND(record_reader_dispose)
  INDEXSTORE_FIND(record_reader_occurrences_apply_f)
  INDEXSTORE_FIND(occurrence_get_symbol)
  INDEXSTORE_FIND(occurrence_get_roles)
  INDEXSTORE_FIND(occurrence_get_line_col)
  INDEXSTORE_FIND(symbol_get_usr)
  INDEXSTORE_FIND(symbol_get_name)
#undef INDEXSTORE_FIND
  return NULL;
}
