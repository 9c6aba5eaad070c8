#include "node/custody/pkcs11/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include <sodium.h>

#include "crypto/base/hex.h"
#include "crypto/base/invariant.h"
#include "node/custody/pkcs11/cryptoki.h"

namespace quorate::custody::pkcs11 {
namespace {

constexpr std::size_t data_key_size = 32;
constexpr std::size_t gcm_tag_size = 16;

CK_FUNCTION_LIST& table(void* functions) { return *static_cast<CK_FUNCTION_LIST*>(functions); }

// The standard takes pointers to bytes that it only reads without saying const.
CK_BYTE* unconst(const std::uint8_t* bytes) { return const_cast<CK_BYTE*>(bytes); }

std::string_view label_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::seal: return "quorate-seal";
    case KeyKind::share: return "quorate-share";
    case KeyKind::ceremony: return "quorate-ceremony";
  }
  QUORATE_INVARIANT(false);
}

CK_MECHANISM_TYPE mechanism_of(WrapMode mode) {
  switch (mode) {
    case WrapMode::gcm: return CKM_AES_GCM;
    case WrapMode::cbc: return CKM_AES_CBC;
    case WrapMode::passphrase: break;
  }
  QUORATE_INVARIANT(false);
}

template <typename Value>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, Value& value) {
  return {type, &value, sizeof(value)};
}

CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, ByteView value) {
  return {type, unconst(value.data()), static_cast<CK_ULONG>(value.size())};
}

// Blank-padded fields of the token's description.
template <std::size_t n>
std::string trimmed(const CK_UTF8CHAR (&field)[n]) {
  std::string_view text(reinterpret_cast<const char*>(field), n);
  const std::size_t last = text.find_last_not_of(std::string_view(" \0", 2));
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

PinStanding standing_of(CK_FLAGS flags) {
  if ((flags & CKF_USER_PIN_LOCKED) != 0) return PinStanding::locked;
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0) return PinStanding::final_try;
  if ((flags & CKF_USER_PIN_COUNT_LOW) != 0) return PinStanding::count_low;
  return PinStanding::good;
}

// The mechanism with its parameters, which must live as long as the call. Never a caller's own
// parameters: SoftHSM takes an empty IV and a tag of 0 bits without complaint.
class Mechanism {
 public:
  Mechanism(WrapMode mode, ByteView iv, ByteView aad) {
    QUORATE_INVARIANT(iv.size() == iv_size(mode));
    mechanism_.mechanism = mechanism_of(mode);
    if (mode == WrapMode::cbc) {
      mechanism_.pParameter = unconst(iv.data());
      mechanism_.ulParameterLen = static_cast<CK_ULONG>(iv.size());
      return;
    }
    gcm_.pIv = unconst(iv.data());
    gcm_.ulIvLen = static_cast<CK_ULONG>(iv.size());
    gcm_.ulIvBits = 8 * gcm_.ulIvLen;
    gcm_.pAAD = unconst(aad.data());
    gcm_.ulAADLen = static_cast<CK_ULONG>(aad.size());
    gcm_.ulTagBits = 8 * gcm_tag_size;
    mechanism_.pParameter = &gcm_;
    mechanism_.ulParameterLen = sizeof(gcm_);
  }
  Mechanism(const Mechanism&) = delete;
  Mechanism& operator=(const Mechanism&) = delete;
  ~Mechanism() = default;

  CK_MECHANISM* pointer() { return &mechanism_; }

 private:
  CK_GCM_PARAMS gcm_{};
  CK_MECHANISM mechanism_{};
};

std::size_t ciphertext_size(WrapMode mode) {
  return data_key_size + (mode == WrapMode::gcm ? gcm_tag_size : 0);
}

}  // namespace

std::size_t iv_size(WrapMode mode) { return mode == WrapMode::gcm ? 12 : 16; }

std::size_t wrapped_size(WrapMode mode) { return iv_size(mode) + ciphertext_size(mode); }

Result<Slot> find_token(void* functions, const TokenUri& token) {
  const auto absent = [&](const std::string& why) {
    return fail(Code::token_absent,
                "no token \"" + token.label + "\" with serial " + token.serial + ": " + why);
  };
  CK_ULONG count = 0;
  CK_RV code = table(functions).C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (code == CKR_OK) code = table(functions).C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (code != CKR_OK) return absent("C_GetSlotList: " + name(code));
  slots.resize(count);

  bool same_label = false;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    code = table(functions).C_GetTokenInfo(slot, &info);
    if (code != CKR_OK || trimmed(info.label) != token.label) continue;
    if (trimmed(info.serialNumber) == token.serial) return Slot{slot, standing_of(info.flags)};
    same_label = true;
  }
  if (same_label) {
    return fail(Code::token_wrong, "the token \"" + token.label + "\" has another serial than " +
                                       token.serial +
                                       ": it is another one, or was initialised anew");
  }
  return absent("is it plugged in, and its folder in place?");
}

Answer<std::optional<WrapMode>> choose_mode(void* functions, SlotId slot) {
  CK_ULONG count = 0;
  CK_RV code = table(functions).C_GetMechanismList(slot, nullptr, &count);
  std::vector<CK_MECHANISM_TYPE> mechanisms(count);
  if (code == CKR_OK) {
    code = table(functions).C_GetMechanismList(slot, mechanisms.data(), &count);
  }
  if (code != CKR_OK) return trouble("C_GetMechanismList", code);
  mechanisms.resize(count);
  for (const WrapMode mode : {WrapMode::gcm, WrapMode::cbc}) {
    if (std::find(mechanisms.begin(), mechanisms.end(), mechanism_of(mode)) != mechanisms.end()) {
      return mode;
    }
  }
  return std::nullopt;
}

Answer<Session> Session::open(void* functions, SlotId slot, std::uint64_t generation) {
  CK_SESSION_HANDLE handle = 0;
  const CK_RV code = table(functions).C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION,
                                                    nullptr, nullptr, &handle);
  if (code != CKR_OK) return trouble("C_OpenSession", code);
  return Session(functions, handle, generation);
}

Session::Session(Session&& other) noexcept
    : functions_(other.functions_),
      handle_(other.handle_),
      generation_(other.generation_),
      open_(std::exchange(other.open_, false)) {}

Session& Session::operator=(Session&& other) noexcept {
  std::swap(functions_, other.functions_);
  std::swap(handle_, other.handle_);
  std::swap(generation_, other.generation_);
  std::swap(open_, other.open_);
  return *this;
}

Session::~Session() {
  if (open_) table(functions_).C_CloseSession(handle_);  // of no use to know that it failed
}

Answer<bool> Session::is_logged_in() const {
  CK_SESSION_INFO info{};
  const CK_RV code = table(functions_).C_GetSessionInfo(handle_, &info);
  if (code != CKR_OK) return trouble("C_GetSessionInfo", code);
  return info.state == CKS_RW_USER_FUNCTIONS;
}

Answer<Done> Session::log_in(ByteView pin) const {
  const CK_RV code =
      table(functions_)
          .C_Login(handle_, CKU_USER, unconst(pin.data()), static_cast<CK_ULONG>(pin.size()));
  if (code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN) return trouble("C_Login", code);
  return Done{};
}

Answer<std::vector<ObjectHandle>> Session::find_all(const KeyId& key) const {
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_ATTRIBUTE wanted[] = {attribute(CKA_CLASS, object_class),
                           attribute(CKA_LABEL, bytes_of(label_of(key.kind))),
                           attribute(CKA_ID, ByteView(key.id))};
  CK_RV code = table(functions_).C_FindObjectsInit(handle_, wanted, std::size(wanted));
  if (code != CKR_OK) return trouble("C_FindObjectsInit", code);
  std::vector<ObjectHandle> found(8);
  CK_ULONG count = 0;
  code = table(functions_).C_FindObjects(handle_, found.data(), found.size(), &count);
  const CK_RV end = table(functions_).C_FindObjectsFinal(handle_);
  if (code != CKR_OK) return trouble("C_FindObjects", code);
  if (end != CKR_OK) return trouble("C_FindObjectsFinal", end);
  found.resize(count);
  return found;
}

Answer<ObjectHandle> Session::find_one(const KeyId& key) const {
  const Answer<std::vector<ObjectHandle>> found = find_all(key);
  if (!found) return tl::unexpected(found.error());
  const std::string title = std::string(label_of(key.kind)) + " " + to_hex(key.id);
  if (found->empty()) return trouble(Remedy::missing, "the token has no key " + title);
  if (found->size() > 1) return trouble(Remedy::report, "the token has several keys " + title);
  if (const auto checked = check_attributes(found->front()); !checked) {
    return tl::unexpected(checked.error());
  }
  return found->front();
}

Answer<Done> Session::check_attributes(ObjectHandle key) const {
  CK_BBOOL sensitive = CK_FALSE;
  CK_BBOOL always_sensitive = CK_FALSE;
  CK_BBOOL never_extractable = CK_FALSE;
  CK_BBOOL local = CK_FALSE;
  CK_BBOOL extractable = CK_TRUE;
  CK_ATTRIBUTE asked[] = {attribute(CKA_SENSITIVE, sensitive),
                          attribute(CKA_ALWAYS_SENSITIVE, always_sensitive),
                          attribute(CKA_NEVER_EXTRACTABLE, never_extractable),
                          attribute(CKA_LOCAL, local), attribute(CKA_EXTRACTABLE, extractable)};
  const CK_RV code = table(functions_).C_GetAttributeValue(handle_, key, asked, std::size(asked));
  if (code != CKR_OK) return trouble("C_GetAttributeValue", code);
  if (sensitive != CK_TRUE || always_sensitive != CK_TRUE || never_extractable != CK_TRUE ||
      local != CK_TRUE || extractable != CK_FALSE) {
    return trouble(Remedy::report,
                   "the key is not what we make: it was not born in the token, or "
                   "can leave it");
  }
  return Done{};
}

Answer<Session::Generated> Session::generate(const KeyId& key, WrapMode mode) const {
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL no = CK_FALSE;
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  CK_ULONG size = data_key_size;
  CK_MECHANISM_TYPE only = mechanism_of(mode);
  // SoftHSM's own defaults make a key that is not even sensitive: everything is set.
  std::vector<CK_ATTRIBUTE> wanted = {
      attribute(CKA_CLASS, object_class),
      attribute(CKA_KEY_TYPE, type),
      attribute(CKA_VALUE_LEN, size),
      attribute(CKA_LABEL, bytes_of(label_of(key.kind))),
      attribute(CKA_ID, ByteView(key.id)),
      attribute(CKA_TOKEN, yes),
      attribute(CKA_PRIVATE, yes),
      attribute(CKA_SENSITIVE, yes),
      attribute(CKA_ENCRYPT, yes),
      attribute(CKA_DECRYPT, yes),
      attribute(CKA_EXTRACTABLE, no),
      attribute(CKA_WRAP, no),
      attribute(CKA_UNWRAP, no),
      attribute(CKA_SIGN, no),
      attribute(CKA_VERIFY, no),
      attribute(CKA_DERIVE, no),
      attribute(CKA_MODIFIABLE, no),
      // These three a token may refuse, the last first.
      attribute(cka_copyable, no),
      attribute(cka_destroyable, key.kind == KeyKind::seal ? no : yes),
      attribute(CKA_ALLOWED_MECHANISMS, only),
  };
  const std::string_view may_be_refused[] = {"CKA_ALLOWED_MECHANISMS", "CKA_DESTROYABLE",
                                             "CKA_COPYABLE"};
  CK_MECHANISM generator{CKM_AES_KEY_GEN, nullptr, 0};
  Generated made{};
  CK_RV code = CKR_OK;
  for (std::size_t refused = 0;; ++refused) {
    code = table(functions_)
               .C_GenerateKey(handle_, &generator, wanted.data(), wanted.size(), &made.handle);
    const bool template_refused =
        code == CKR_ATTRIBUTE_TYPE_INVALID || code == CKR_TEMPLATE_INCONSISTENT;
    if (!template_refused || refused == std::size(may_be_refused)) break;
    made.refused_attributes += std::string(refused == 0 ? "" : ", ");
    made.refused_attributes += may_be_refused[refused];
    wanted.pop_back();
  }
  if (code != CKR_OK) return trouble("C_GenerateKey", code);
  if (auto checked = check_attributes(made.handle); !checked) {
    table(functions_).C_DestroyObject(handle_, made.handle);
    return tl::unexpected(std::move(checked).error());
  }
  return made;
}

Answer<Done> Session::destroy(ObjectHandle key) const {
  const CK_RV code = table(functions_).C_DestroyObject(handle_, key);
  if (code != CKR_OK) return trouble("C_DestroyObject", code);
  return Done{};
}

Answer<Bytes> Session::wrap(ObjectHandle key, WrapMode mode, ByteView iv, const DataKey& data_key,
                            ByteView aad) const {
  Mechanism mechanism(mode, iv, aad);
  CK_RV code = table(functions_).C_EncryptInit(handle_, mechanism.pointer(), key);
  if (code != CKR_OK) return trouble("C_EncryptInit", code);
  Bytes wrapped(iv.begin(), iv.end());
  wrapped.resize(iv.size() + ciphertext_size(mode));
  CK_ULONG size = ciphertext_size(mode);
  code = table(functions_)
             .C_Encrypt(handle_, unconst(data_key.expose().data()), data_key_size,
                        wrapped.data() + iv.size(), &size);
  if (code != CKR_OK) return trouble("C_Encrypt", code);
  if (size != ciphertext_size(mode)) {
    return trouble(Remedy::report, "C_Encrypt gave " + std::to_string(size) + " bytes");
  }
  return wrapped;
}

Answer<DataKey> Session::unwrap(ObjectHandle key, WrapMode mode, ByteView wrapped,
                                ByteView aad) const {
  QUORATE_INVARIANT(wrapped.size() == wrapped_size(mode));
  Mechanism mechanism(mode, wrapped.first(iv_size(mode)), aad);
  CK_RV code = table(functions_).C_DecryptInit(handle_, mechanism.pointer(), key);
  if (code != CKR_OK) return trouble("C_DecryptInit", code);
  const ByteView ciphertext = wrapped.subspan(iv_size(mode));
  // Room for what some tokens write before they look at the tag.
  SecretBytes<data_key_size + gcm_tag_size> opened;
  CK_ULONG size = data_key_size + gcm_tag_size;
  code = table(functions_)
             .C_Decrypt(handle_, unconst(ciphertext.data()),
                        static_cast<CK_ULONG>(ciphertext.size()), opened.writable().data(), &size);
  if (code != CKR_OK) return trouble("C_Decrypt", code);
  if (size != data_key_size) {
    return trouble(Remedy::suspect, "C_Decrypt gave " + std::to_string(size) + " bytes");
  }
  return DataKey(opened.writable().first<data_key_size>());
}

}  // namespace quorate::custody::pkcs11
