// Canonical JSON (RFC 8785): everything that has another form for the same, or none at all.

#include <nlohmann/json.hpp>

#include "proto/statement/canonical_json.h"
#include "tests/hostile/table.h"

namespace quorate::hostile {

Table canonical_json() {
  const std::string good = R"({"a":1,"b":["x",-2,true,null],"c":{"d":"\n\u0001é"}})";
  Table table{"canonical JSON",
              [](ByteView input) { return code_of(statement::parse_canonical(input)); },
              {text(good), text("{}"), text(R"({"n":9007199254740991})")},
              {}};
  const auto row = [&](const char* what, const std::string& input, Code code = Code::malformed) {
    table.rows.push_back({what, text(input), code});
  };
  const auto changed = [&](const char* what, std::string_view from, std::string_view to) {
    row(what, replaced(good, from, to));
  };
  row("nothing", "");
  row("a list", "[1]");
  row("a text", R"("a")");
  row("null", "null");
  row("a blank in front", " " + good);
  row("a line feed behind", good + "\n");
  row("a second object behind", good + "{}");
  row("a NUL behind", good + std::string(1, '\0'));
  row("a byte order mark", "\xef\xbb\xbf" + good);
  row("the last byte missing", good.substr(0, good.size() - 1));
  changed("a blank inside", R"("a":1)", R"("a": 1)");
  changed("a key twice", R"("a":1)", R"("a":1,"a":1)");
  changed("a key twice, with another value", R"("a":1)", R"("a":2,"a":1)");
  changed("a key twice, once with an escape", R"("a":1)", R"("\u0061":1,"a":1)");
  changed("keys out of order", R"("a":1,)", R"("z":1,)");
  changed("an escape that need not be", R"("x")", R"("\u0078")");
  changed("an escaped slash", R"("x")", R"("\/")");
  changed("an escape in capitals", R"(\u0001)", R"(\u001F)");
  changed("a long escape for a line feed", R"(\n)", R"(\u000a)");
  changed("é as an escape", "é", R"(\u00e9)");
  changed("half a surrogate pair", "é", R"(\ud800)");
  changed("é in Latin-1", "é", "\xe9");
  changed("a letter in two bytes that needs one", "é", "\xc1\xa1");
  changed("a surrogate in UTF-8", "é", "\xed\xa0\x80");
  changed("a bare line feed in a text", R"(\n)", "\n");
  changed("a number that is not whole", "-2", "-2.5");
  changed("a whole number written as a fraction", "-2", "-2.0");
  changed("an exponent", "-2", "2e1");
  changed("minus zero", "-2", "-0");
  changed("a leading zero", "-2", "-02");
  changed("a plus sign", "-2", "+2");
  changed("2^53", "-2", "9007199254740992");
  changed("-2^53", "-2", "-9007199254740992");
  changed("2^64", "-2", "18446744073709551616");
  changed("not a number", "-2", "NaN");
  changed("a comment", "null", "null/* */");
  changed("a comma before the end", "null", "null,");
  changed("single quotes", R"("x")", "'x'");
  changed("True", "true", "True");
  row("17 lists within each other", "{\"a\":" + std::string(17, '[') + std::string(17, ']') + "}",
      Code::too_large);
  row("100,000 lists within each other", "{\"a\":" + std::string(100'000, '['), Code::too_large);
  return table;
}

}  // namespace quorate::hostile
