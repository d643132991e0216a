/*
 * A PKCS#11 module that passes everything on to SoftHSM, and makes trouble on request: files in the folder named by
 * FETTLE_UNSTEADY say which. `removed`: the token is not there. `waiting`: signing does not end while the file exists.
 */
#define CK_PTR *
#define CK_DECLARE_FUNCTION(returnType, name) returnType name
#define CK_DECLARE_FUNCTION_POINTER(returnType, name) returnType(*name)
#define CK_CALLBACK_FUNCTION(returnType, name) returnType(*name)
#ifndef NULL_PTR
#define NULL_PTR 0
#endif
#include <dlfcn.h>
#include <pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static CK_FUNCTION_LIST ours;
static CK_FUNCTION_LIST_PTR theirs;

static int is_asked(const char *trouble) {
  char path[4096];
  const char *folder = getenv("FETTLE_UNSTEADY");
  if (!folder) return 0;
  snprintf(path, sizeof path, "%s/%s", folder, trouble);
  return access(path, F_OK) == 0;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  const struct timespec pause = {0, 5000000};
  while (is_asked("waiting")) nanosleep(&pause, NULL);
  return is_asked("removed") ? CKR_DEVICE_REMOVED : theirs->C_SignInit(session, mechanism, key);
}

static CK_RV slot_list(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  if (!is_asked("removed")) return theirs->C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  if (!theirs) {
    void *module = dlopen(getenv("FETTLE_UNSTEADY_MODULE"), RTLD_NOW);
    CK_C_GetFunctionList get = module ? (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList") : NULL;
    if (!get || get(&theirs) != CKR_OK) return CKR_GENERAL_ERROR;
    ours = *theirs;
    ours.C_SignInit = sign_init;
    ours.C_GetSlotList = slot_list;
  }
  *list = &ours;
  return CKR_OK;
}
