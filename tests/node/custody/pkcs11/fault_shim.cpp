#include "tests/node/custody/pkcs11/fault_shim.h"

#include <algorithm>

#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::testing {

Faults& faults() {
  static Faults only;
  return only;
}

void Faults::reset() {
  encrypt_times = 0;
  decrypt_times = 0;
  login = 0;
  token_flags = 0;
  most_sessions = 1000;
  hides_gcm = false;
  refuses_allowed_mechanisms = false;
  makes_extractable_keys = false;
  logins = 0;
  decrypts = 0;
  sessions = 0;
  release();
}

void Faults::hold() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void Faults::release() {
  const std::lock_guard lock(mutex_);
  holding_ = false;
  changed_.notify_all();
}

int Faults::held() {
  const std::lock_guard lock(mutex_);
  return held_;
}

void wait_while_held() {
  Faults& state = faults();
  std::unique_lock lock(state.mutex_);
  ++state.held_;
  state.changed_.wait(lock, [&] { return !state.holding_; });
  --state.held_;
}

namespace {

CK_FUNCTION_LIST real;

bool strikes(std::atomic<int>& times) {
  int left = times;
  while (left > 0 && !times.compare_exchange_weak(left, left - 1)) {
  }
  return left > 0;
}

CK_RV encrypt(CK_SESSION_HANDLE session, CK_BYTE* in, CK_ULONG size, CK_BYTE* out,
              CK_ULONG* out_size) {
  if (strikes(faults().encrypt_times)) return faults().encrypt;
  return real.C_Encrypt(session, in, size, out, out_size);
}

CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE* in, CK_ULONG size, CK_BYTE* out,
              CK_ULONG* out_size) {
  ++faults().decrypts;
  wait_while_held();
  if (strikes(faults().decrypt_times)) return faults().decrypt;
  return real.C_Decrypt(session, in, size, out, out_size);
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE* pin, CK_ULONG size) {
  ++faults().logins;
  if (faults().login != 0) return faults().login;
  return real.C_Login(session, user, pin, size);
}

CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV code = real.C_GetTokenInfo(slot, info);
  info->flags |= faults().token_flags;
  return code;
}

CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify,
                   CK_SESSION_HANDLE* session) {
  if (++faults().sessions > faults().most_sessions) {
    --faults().sessions;
    return CKR_SESSION_COUNT;
  }
  return real.C_OpenSession(slot, flags, application, notify, session);
}

CK_RV close_session(CK_SESSION_HANDLE session) {
  --faults().sessions;
  return real.C_CloseSession(session);
}

CK_RV mechanism_list(CK_SLOT_ID slot, CK_MECHANISM_TYPE* list, CK_ULONG* count) {
  const CK_RV code = real.C_GetMechanismList(slot, list, count);
  if (code == CKR_OK && list != nullptr && faults().hides_gcm) {
    *count = static_cast<CK_ULONG>(std::remove(list, list + *count, CKM_AES_GCM) - list);
  }
  return code;
}

CK_RV generate_key(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_ATTRIBUTE* wanted,
                   CK_ULONG count, CK_OBJECT_HANDLE* key) {
  for (CK_ULONG i = 0; i < count; ++i) {
    const bool limits = wanted[i].type == CKA_ALLOWED_MECHANISMS;
    if (limits && faults().refuses_allowed_mechanisms) return CKR_ATTRIBUTE_TYPE_INVALID;
    if (wanted[i].type == CKA_EXTRACTABLE && faults().makes_extractable_keys) {
      *static_cast<CK_BBOOL*>(wanted[i].pValue) = CK_TRUE;
    }
  }
  return real.C_GenerateKey(session, mechanism, wanted, count, key);
}

}  // namespace

void* with_faults(void* function_list) {
  static CK_FUNCTION_LIST replaced = [&] {
    real = *static_cast<CK_FUNCTION_LIST*>(function_list);
    CK_FUNCTION_LIST table = real;
    table.C_Encrypt = &encrypt;
    table.C_Decrypt = &decrypt;
    table.C_Login = &login;
    table.C_GetTokenInfo = &token_info;
    table.C_OpenSession = &open_session;
    table.C_CloseSession = &close_session;
    table.C_GetMechanismList = &mechanism_list;
    table.C_GenerateKey = &generate_key;
    return table;
  }();
  return &replaced;
}

}  // namespace quorate::testing
