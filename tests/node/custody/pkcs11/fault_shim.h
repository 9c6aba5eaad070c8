// SoftHSM with faults that it never shows by itself: a table of functions that ours replace.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace quorate::testing {

// What happens at the next calls. One for the process, as a function table has no place for more;
// every test begins with reset().
struct Faults {
  // Return values instead of the call, for the next `..._times` calls.
  std::atomic<unsigned long> encrypt = 0;
  std::atomic<int> encrypt_times = 0;
  std::atomic<unsigned long> decrypt = 0;
  std::atomic<int> decrypt_times = 0;
  std::atomic<unsigned long> login = 0;        // 0: let the token judge
  std::atomic<unsigned long> token_flags = 0;  // set in addition
  std::atomic<int> most_sessions = 1000;
  std::atomic<bool> hides_gcm = false;
  std::atomic<bool> refuses_allowed_mechanisms = false;
  std::atomic<bool> makes_extractable_keys = false;

  std::atomic<int> logins = 0;  // counted
  std::atomic<int> decrypts = 0;
  std::atomic<int> sessions = 0;

  void reset();
  // Holds every C_Decrypt until release(), and tells how many are held.
  void hold();
  void release();
  int held();

 private:
  friend void wait_while_held();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool holding_ = false;
  int held_ = 0;
};

Faults& faults();
void wait_while_held();

// For Config::shim.
void* with_faults(void* function_list);

}  // namespace quorate::testing
