#include "tests/client/cli/saved_request.h"

#include <cstdlib>

#include "client/cli/client.h"
#include "client/evidence/ssh_keygen.h"
#include "client/home/request_file.h"
#include "proto/document/armour.h"
#include "tests/support/dealer.h"

namespace quorate::cli {

statement::Statement a_statement() {
  testing::SeededEntropy entropy(1);
  const testing::DealtRoot root = testing::deal(2, 3, entropy);
  const std::uint64_t now = now_s();
  return {statement::Kind::file,
          root.commitments.front().bytes(),
          "files",
          "",
          {1, 2, 3},
          now,
          now + 3600,
          statement::File{"file", {}, 11, "hello.txt"}};
}

std::filesystem::path make_key(const std::filesystem::path& path) {
  // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): the stock tool makes the key
  const int ended = std::system(("ssh-keygen -q -t ed25519 -N '' -f " + path.string()).c_str());
  QUORATE_INVARIANT(ended == 0);
  return path;
}

request::Request a_request(const statement::Statement& statement,
                           const std::filesystem::path& key) {
  request::Request request{statement::compose(statement).value(), {}};
  if (key.empty()) return request;
  const ssh::Sshsig sshsig =
      evidence::sign({std::string(request::requester_namespace), key, request.statement}).value();
  QUORATE_INVARIANT(request::add(request, {request::requester, sshsig.blob()}).has_value());
  return request;
}

void save(const std::filesystem::path& path, const request::Request& request) {
  QUORATE_INVARIANT(home::write_request(path, request, home::Existing::replace).has_value());
}

std::string a_token(const std::string& claims) {
  std::string encoded = ssh::to_base64_unpadded(bytes_of(claims));
  for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return "e30." + encoded + ".c2ln";
}

}  // namespace quorate::cli
