#include "client/cli/certificate_options.h"

#include <gtest/gtest.h>

namespace quorate::cli {
namespace {

using Words = std::vector<std::string>;

const Words all = {"permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding",
                   "permit-pty", "permit-user-rc"};

TEST(CertificateOptions, AreSshKeygensFiveByDefault) {
  EXPECT_EQ(parse_options({})->extensions, all);
  EXPECT_TRUE(parse_options({})->critical.empty());
}

TEST(CertificateOptions, AreTakenAwayAndAddedInTheOrderGiven) {
  EXPECT_EQ(parse_options({"no-pty", "no-x11-forwarding"})->extensions,
            (Words{"permit-agent-forwarding", "permit-port-forwarding", "permit-user-rc"}));
  EXPECT_EQ(parse_options({"clear", "permit-pty"})->extensions, (Words{"permit-pty"}));
  EXPECT_TRUE(parse_options({"permit-pty", "clear"})->extensions.empty());
  EXPECT_TRUE(parse_options({"verify-required", "clear"})->critical.empty());
}

TEST(CertificateOptions, KeepCriticalOnesInTheOrderOfTheirNames) {
  const auto options =
      parse_options({"verify-required", "source-address=10.0.0.0/8", "force-command=uptime -p"});
  EXPECT_EQ(options->critical, (std::vector<ssh::Option>{{"force-command", "uptime -p"},
                                                         {"source-address", "10.0.0.0/8"},
                                                         {"verify-required", ""}}));
}

TEST(CertificateOptions, RefuseWhatIsUnknownTwiceOrWithoutItsValue) {
  for (const Words& words :
       {Words{"no-touch-required"}, Words{"permit-everything"}, Words{""}, Words{"force-command"},
        Words{"force-command="}, Words{"source-address"}, Words{"verify-required=yes"},
        Words{"force-command=a", "force-command=b"}}) {
    const auto parsed = parse_options(words);
    ASSERT_FALSE(parsed.has_value()) << words.front();
    EXPECT_EQ(parsed.error().code, Code::usage);
  }
}

}  // namespace
}  // namespace quorate::cli
