#include "client/home/request_file.h"

#include "proto/statement/statement.h"

namespace quorate::home {

namespace {

// Base64 with its line feeds is less than 7/5 of the bytes; the two lines around it are short.
constexpr std::size_t file_limit =
    (statement::largest_statement + request::size_beyond_statement) * 7 / 5 + 1024;

}  // namespace

Result<request::Request> read_request(const Path& path) {
  QUORATE_TRY(const std::string content, read_file(path, file_limit));
  Result<request::Request> request = request::decode_armour(content);
  if (!request) {
    return fail(request.error().code,
                path.string() + " is no request file: " + request.error().message);
  }
  return request;
}

Status write_request(const Path& path, const request::Request& request, Existing existing) {
  return write_file(path, request::armour(request), 0644, existing);
}

}  // namespace quorate::home
