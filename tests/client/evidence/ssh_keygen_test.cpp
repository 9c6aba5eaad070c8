// With stock ssh-keygen, and with programs that only claim to be one.

#include "client/evidence/ssh_keygen.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace quorate::evidence {
namespace {

class SshKeygenTest : public ::testing::Test {
 protected:
  void make_key(const std::string& options) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stock tool makes the key
    ASSERT_EQ(std::system(("ssh-keygen -q -f " + key_.string() + ' ' + options).c_str()), 0);
  }
  std::string write_tool(const std::string& script) {
    const std::filesystem::path path = folder_.path() / "tool";
    std::ofstream(path) << "#!/bin/sh\n" << script;
    ::chmod(path.c_str(), 0700);
    return path.string();
  }
  ToSign to_sign(const std::string& tool = "ssh-keygen") const {
    return {"quorate-request", key_, {'h', 'i'}, tool};
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path key_ = folder_.path() / "key";
};

TEST_F(SshKeygenTest, SignsAndTheSignatureHoldsForThisMessageOnly) {
  make_key("-t ed25519 -N ''");
  const ssh::Sshsig signature = sign(to_sign()).value();
  EXPECT_TRUE(ssh::verify(signature, "quorate-request", bytes_of("hi")).has_value());
  EXPECT_FALSE(ssh::verify(signature, "quorate-request", bytes_of("ho")).has_value());
  EXPECT_FALSE(ssh::verify(signature, "quorate-approval", bytes_of("hi")).has_value());
}

TEST_F(SshKeygenTest, SignsWithOtherKindsOfKeys) {
  make_key("-t ecdsa -N ''");
  EXPECT_EQ(sign(to_sign())->key.kind(), ssh::KeyKind::ecdsa);
}

TEST_F(SshKeygenTest, SignsMessagesLargerThanAPipeHolds) {
  make_key("-t ed25519 -N ''");
  ToSign large = to_sign();
  large.message = Bytes(std::size_t{768} * 1024, 'x');
  EXPECT_TRUE(sign(large).has_value());
}

TEST_F(SshKeygenTest, TellsAnEventLoopWhenItIsDone) {
  make_key("-t ed25519 -N ''");
  SshKeygen signing = SshKeygen::start(to_sign()).value();
  pollfd ended{signing.pidfd(), POLLIN, 0};
  ASSERT_EQ(::poll(&ended, 1, 60'000), 1);
  EXPECT_TRUE(signing.wait().has_value());
  EXPECT_EQ(signing.wait().error().code, Code::internal);
}

TEST_F(SshKeygenTest, SaysWhichKeyIsMissing) {
  const auto refused = sign(to_sign());
  EXPECT_EQ(refused.error().code, Code::configuration);
  EXPECT_NE(refused.error().message.find(key_.string()), std::string::npos);
}

TEST_F(SshKeygenTest, SaysHowToInstallTheTool) {
  make_key("-t ed25519 -N ''");
  const auto refused = sign(to_sign("quorate-no-such-tool"));
  EXPECT_EQ(refused.error().code, Code::tool_failed);
  EXPECT_NE(refused.error().message.find("openssh-client"), std::string::npos);
}

TEST_F(SshKeygenTest, FailsWhereTheKeyIsNone) {
  std::ofstream(key_) << "not a key\n";
  EXPECT_EQ(sign(to_sign()).error().code, Code::tool_failed);
}

TEST_F(SshKeygenTest, BelievesNoToolThatWritesSomethingElse) {
  make_key("-t ed25519 -N ''");
  EXPECT_EQ(sign(to_sign(write_tool("echo signed"))).error().code, Code::tool_failed);
  EXPECT_EQ(sign(to_sign(write_tool("exit 0"))).error().code, Code::tool_failed);
  // A good signature, for another use.
  const std::string other = "exec ssh-keygen -q -Y sign -n file -f " + key_.string() + "\n";
  EXPECT_EQ(sign(to_sign(write_tool(other))).error().code, Code::tool_failed);
}

TEST_F(SshKeygenTest, LeavesNoProcessBehindWhenItIsDropped) {
  make_key("-t ed25519 -N ''");
  const std::filesystem::path pid_file = folder_.path() / "pid";
  const std::filesystem::path ready = folder_.path() / "ready";
  ASSERT_EQ(::mkfifo(ready.c_str(), 0600), 0);
  pid_t child = 0;
  {
    const auto signing =
        SshKeygen::start(to_sign(write_tool("echo $$ > " + pid_file.string() + "; echo > " +
                                            ready.string() + "; exec tail -f /dev/null\n")));
    ASSERT_TRUE(signing.has_value());
    std::string line;
    std::ifstream fifo(ready);  // waits until the tool is at work
    std::getline(fifo, line);
    std::ifstream(pid_file) >> child;
    ASSERT_GT(child, 0);
    ASSERT_EQ(::kill(child, 0), 0);
  }
  EXPECT_EQ(::kill(child, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace quorate::evidence
