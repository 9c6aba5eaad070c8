// policy.toml: a mistake here could let somebody in, so the file as a whole is refused.

#include "node/policy/policy.h"

#include "tests/hostile/keys.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {
namespace {

std::string line_of(std::uint8_t n) { return ssh::PublicKey::of(key(n).public_key()).line("x"); }

std::string good() {
  return "version = 1\n"
         "[[person]]\n"
         "name = \"alice\"\n"
         "keys = [\"" +
         line_of(1) +
         "\"]\n"
         "[[person]]\n"
         "name = \"bob\"\n"
         "keys = [\"" +
         line_of(2) +
         "\"]\n"
         "[[person]]\n"
         "name = \"carol\"\n"
         "keys = [\"" +
         line_of(3) +
         "\"]\n"
         "[[group]]\n"
         "name = \"engineers\"\n"
         "members = [\"alice\", \"bob\"]\n"
         "[[group]]\n"
         "name = \"managers\"\n"
         "members = [\"carol\", \"bob\"]\n"
         "[[issuer]]\n"
         "name = \"corp\"\n"
         "url = \"https://id.example.com\"\n"
         "audience = \"quorate\"\n"
         "algorithms = [\"ES256\"]\n"
         "max_age = \"5m\"\n"
         "[[profile]]\n"
         "name = \"engineer-ssh\"\n"
         "root = \"ssh-users\"\n"
         "statement = \"ssh-user\"\n"
         "life = \"24h\"\n"
         "requester = { groups = [\"engineers\"], evidence = \"key\" }\n"
         "[profile.ssh]\n"
         "principals = [\"{person}\", \"deploy\"]\n"
         "max_validity = \"8h\"\n"
         "extensions = [\"permit-pty\"]\n"
         "[[profile.approval]]\n"
         "count = 1\n"
         "groups = [\"managers\"]\n"
         "within = \"12h\"\n"
         "[profile.limits]\n"
         "per_requester = \"20/1h\"\n"
         "hours = [\"Mon-Fri 07:00-19:00 Europe/Berlin\"]\n"
         "[[profile]]\n"
         "name = \"release-files\"\n"
         "root = \"files\"\n"
         "statement = \"file\"\n"
         "requester = { groups = [\"managers\"] }\n"
         "[profile.file]\n"
         "namespaces = [\"git\"]\n"
         "max_size = \"4GiB\"\n";
}

}  // namespace

Table policies() {
  Table table{
      "policy.toml",
      [](ByteView input) { return code_of(policy::Policy::load(text_of(input), "policy.toml")); },
      {text(good())},
      {}};
  const auto row = [&](const char* what, std::string_view from, std::string_view to) {
    table.rows.push_back({what, text(replaced(good(), from, to)), Code::configuration});
  };
  table.rows.push_back({"nothing", {}, Code::configuration});
  table.rows.push_back({"the file cut in the middle of a text",
                        text(good().substr(0, good().find("Europe"))), Code::configuration});
  row("version 2", "version = 1", "version = 2");
  row("a misspelt key", "max_validity", "max_validty");
  row("a key twice", "count = 1", "count = 1\ncount = 1");
  row("a person twice", "\"carol\"\nkeys", "\"alice\"\nkeys");
  row("one key under two persons", line_of(3), line_of(2));
  row("a person whose name could be a token's", "\"carol\"\nkeys", "\"corp:carol\"\nkeys");
  row("an empty group", "members = [\"alice\", \"bob\"]", "members = []");
  row("a member who is nobody", "\"alice\", \"bob\"", "\"alice\", \"mallory\"");
  row("a group that is not there", "groups = [\"engineers\"]", "groups = [\"engineer\"]");
  row("an issuer over plain HTTP", "https://id", "http://id");
  row("tokens without a signature", "ES256", "none");
  row("tokens signed with a shared secret", "ES256", "HS256");
  row("a duration without a unit", "\"5m\"", "\"5\"");
  row("a duration that is a number", "\"24h\"", "24");
  row("a statement of no kind", "\"ssh-user\"", "\"ssh\"");
  row("rules of another kind of statement", "[profile.ssh]", "[profile.access]");
  row("no group of requesters", "groups = [\"engineers\"], ", "groups = [], ");
  row("an unknown kind of evidence", "evidence = \"key\"", "evidence = \"password\"");
  row("a template over a token that no evidence gives", "{person}", "{oidc.email.local}");
  row("an unknown template", "{person}", "{user}");
  row("a template without its end", "{person}", "{person");
  row("a principal that means everybody", "\"deploy\"", "\"*\"");
  row("an unknown extension", "permit-pty", "permit-all");
  row("an extension that is never issued", "permit-pty", "no-touch-required");
  row("0 approvals", "count = 1", "count = 0");
  row("more approvals than people", "count = 1", "count = 3");
  row("a rate without its time", "20/1h", "20");
  row("a rate of 0", "20/1h", "0/1h");
  row("a day that is none", "Mon-Fri", "Mon-Fry");
  row("an hour that is none", "07:00", "25:00");
  row("a zone that is none", "Europe/Berlin", "Europe/Atlantis");
  row("a reserved namespace", "\"git\"", "\"quorate-request\"");
  row("the namespace of KRLs", "\"git\"", "\"krl\"");
  row("a size without a unit", "\"4GiB\"", "\"4\"");
  row("a profile twice", "\"release-files\"", "\"engineer-ssh\"");
  return table;
}

}  // namespace quorate::hostile
