#include "client/home/request_file.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace quorate::home {
namespace {

TEST(RequestFile, ComesBackAsItWasWritten) {
  const testing::TemporaryFolder folder;
  const Path path = folder.path() / "requests" / "one";
  const request::Request request{Bytes{1, 3, 0}, {{request::requester, Bytes{1, 2, 3}}}};
  ASSERT_TRUE(write_request(path, request, Existing::refuse).has_value());
  EXPECT_EQ(read_request(path).value(), request);
  EXPECT_EQ(write_request(path, request, Existing::refuse).error().code, Code::usage);
  EXPECT_TRUE(write_request(path, request, Existing::replace).has_value());
}

TEST(RequestFile, IsNamedWhereItIsNone) {
  const testing::TemporaryFolder folder;
  const Path path = folder.path() / "letter";
  std::ofstream(path) << "Dear all,\n";
  const auto refused = read_request(path);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::malformed);
  EXPECT_NE(refused.error().message.find(path.string()), std::string::npos);
  EXPECT_EQ(read_request(folder.path() / "none").error().code, Code::io);
}

}  // namespace
}  // namespace quorate::home
