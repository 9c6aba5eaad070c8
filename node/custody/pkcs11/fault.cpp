#include "node/custody/pkcs11/fault.h"

#include <cstdio>
#include <string_view>

#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

struct Known {
  ReturnValue code;
  Remedy remedy;
  std::string_view name;
};

#define KNOWN(code, remedy) \
  Known { code, Remedy::remedy, #code }
constexpr Known known[] = {
    KNOWN(CKR_SESSION_HANDLE_INVALID, renew),
    KNOWN(CKR_SESSION_CLOSED, renew),
    KNOWN(CKR_OPERATION_ACTIVE, renew),
    KNOWN(CKR_OPERATION_NOT_INITIALIZED, renew),
    KNOWN(CKR_OBJECT_HANDLE_INVALID, renew),
    KNOWN(CKR_KEY_HANDLE_INVALID, renew),
    KNOWN(CKR_USER_NOT_LOGGED_IN, renew),

    KNOWN(CKR_DEVICE_ERROR, suspect),
    KNOWN(CKR_DEVICE_REMOVED, suspect),
    KNOWN(CKR_TOKEN_NOT_PRESENT, suspect),
    KNOWN(CKR_TOKEN_NOT_RECOGNIZED, suspect),
    KNOWN(CKR_GENERAL_ERROR, suspect),
    KNOWN(CKR_FUNCTION_FAILED, suspect),
    KNOWN(CKR_CRYPTOKI_NOT_INITIALIZED, suspect),
    KNOWN(CKR_HOST_MEMORY, suspect),
    KNOWN(CKR_SLOT_ID_INVALID, suspect),
    // What tokens answer to a wrong tag: the canary tells damage from a sick token.
    KNOWN(CKR_ENCRYPTED_DATA_INVALID, suspect),
    KNOWN(CKR_ENCRYPTED_DATA_LEN_RANGE, suspect),
    KNOWN(CKR_SIGNATURE_INVALID, suspect),

    KNOWN(CKR_SESSION_COUNT, wait),
    KNOWN(CKR_DEVICE_MEMORY, wait),

    KNOWN(CKR_PIN_INCORRECT, stop_login),
    KNOWN(CKR_PIN_EXPIRED, stop_login),
    KNOWN(CKR_PIN_LOCKED, stop_login),
    KNOWN(CKR_PIN_LEN_RANGE, stop_login),
    KNOWN(CKR_PIN_INVALID, stop_login),

    KNOWN(CKR_ARGUMENTS_BAD, report),
    KNOWN(CKR_MECHANISM_INVALID, report),
    KNOWN(CKR_MECHANISM_PARAM_INVALID, report),
    KNOWN(CKR_TEMPLATE_INCOMPLETE, report),
    KNOWN(CKR_TEMPLATE_INCONSISTENT, report),
    KNOWN(CKR_ATTRIBUTE_TYPE_INVALID, report),
    KNOWN(CKR_ATTRIBUTE_VALUE_INVALID, report),
    KNOWN(CKR_KEY_FUNCTION_NOT_PERMITTED, report),
    KNOWN(CKR_KEY_TYPE_INCONSISTENT, report),
    KNOWN(CKR_BUFFER_TOO_SMALL, report),
    KNOWN(CKR_FUNCTION_NOT_SUPPORTED, report),
};
#undef KNOWN

const Known* find(ReturnValue code) {
  for (const Known& entry : known) {
    if (entry.code == code) return &entry;
  }
  return nullptr;
}

}  // namespace

Remedy remedy_of(ReturnValue code) {
  const Known* entry = find(code);
  return entry == nullptr ? Remedy::suspect
                          : entry->remedy;  // a vendor's own, or a later version's
}

std::string name(ReturnValue code) {
  if (const Known* entry = find(code)) return std::string(entry->name);
  char hex[2 + 2 * sizeof(code) + 1];
  const int size = std::snprintf(hex, sizeof(hex), "0x%lx", code);
  return (code >> 31) != 0
             ? "the vendor's error " + std::string(hex, static_cast<std::size_t>(size))
             : "error " + std::string(hex, static_cast<std::size_t>(size));
}

}  // namespace quorate::custody::pkcs11
