#include "proto/document/krl.h"

#include "proto/document/ssh_buffer.h"

namespace quorate::ssh {
namespace {

constexpr std::string_view magic{"SSHKRL\n\0", 8};
constexpr std::uint32_t format_version = 1;

enum Section : std::uint8_t { certificates = 1, sha256_of_keys = 5 };
enum Subsection : std::uint8_t { serial_list = 0x20, key_id_list = 0x23 };

Bytes revoked_by(const RevokedCertificates& root) {
  Writer section;
  section.string(root.ca.blob()).string({});
  if (!root.serials.empty()) {
    Writer list;
    for (const std::uint64_t serial : root.serials) list.u64(serial);
    section.u8(serial_list).string(list.bytes());
  }
  if (!root.key_ids.empty()) {
    Writer list;
    for (const std::string& key_id : root.key_ids) list.text(key_id);
    section.u8(key_id_list).string(list.bytes());
  }
  return std::move(section).bytes();
}

}  // namespace

Result<Bytes> Krl::bytes() const {
  Writer out;
  out.raw(bytes_of(magic)).u32(format_version).u64(version).u64(generated);
  out.u64(0).string({}).text(comment);  // flags, reserved
  for (const RevokedCertificates& root : roots) {
    if (root.serials.contains(0)) {
      return fail(Code::malformed, "a revocation list can't name the serial 0");
    }
    if (root.serials.empty() && root.key_ids.empty()) continue;
    out.u8(certificates).string(revoked_by(root));
  }
  if (!keys.empty()) {
    Writer list;
    for (const ByteArray<32>& digest : keys) list.string(digest);
    out.u8(sha256_of_keys).string(list.bytes());
  }
  return std::move(out).bytes();
}

}  // namespace quorate::ssh
