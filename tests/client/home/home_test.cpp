#include "client/home/home.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

TEST(Home, IsWhereTheFirstOfTheseSays) {
  const Environment all{"/q", "/x", "/h"};
  EXPECT_EQ(Home::locate("/o", all)->folder(), "/o");
  EXPECT_EQ(Home::locate({}, all)->folder(), "/q");
  EXPECT_EQ(Home::locate({}, {{}, "/x", "/h"})->folder(), "/x/quorate");
  EXPECT_EQ(Home::locate({}, {{}, {}, "/h"})->folder(), "/h/.config/quorate");
  EXPECT_EQ(Home::locate({}, {"", "relative", "/h"})->folder(), "/h/.config/quorate");
  EXPECT_EQ(Home::locate({}, {}).error().code, Code::configuration);
}

TEST(Home, FindsTheRequestersKeyOrSaysHowToMakeOne) {
  const testing::TemporaryFolder folder;
  const Home home(folder.path());
  const Result<Path> none = home.requester_key({});
  EXPECT_EQ(none.error().code, Code::configuration);
  EXPECT_NE(none.error().message.find("ssh-keygen -t ed25519 -f " +
                                      (folder.path() / "requester").string()),
            std::string::npos);

  std::ofstream(folder.path() / "requester.pub") << "ssh-ed25519 AAAA\n";
  EXPECT_EQ(home.requester_key({}).value(), folder.path() / "requester.pub");  // in an agent
  std::ofstream(folder.path() / "requester") << "a private key\n";
  EXPECT_EQ(home.requester_key({}).value(), folder.path() / "requester");
  EXPECT_EQ(home.requester_key(folder.path() / "requester.pub").value(),
            folder.path() / "requester.pub");
  EXPECT_EQ(home.requester_key(folder.path() / "other").error().code, Code::configuration);
}

}  // namespace
}  // namespace quorate::home
