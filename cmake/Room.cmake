# Under the presets that tests run in, CMake compiles up to sixteen files of a target as one
# (CMAKE_UNITY_BUILD): what each of them includes is compiled once. Names in anonymous namespaces must then
# differ in a room. These files are compiled by themselves all the same.
set(QUORATE_BY_THEMSELVES
  # a class of theirs holds one of the anonymous namespace, which g++ takes from the main file only
  node/oidc/fetch/page.cpp node/oidc/public_key.cpp
  # the simulator links others in place of these, symbol by symbol
  crypto/dkg/envelope.cpp node/custody/guarded.cpp
  # names that another file of the room has, too
  client/cli/audit_verify.cpp client/cli/request.cpp client/dev/start.cpp client/recording/encode.cpp
  node/program/ledger.cpp node/program/main.cpp sim/availability/study.cpp sim/disk/vfs.cpp sim/report/text.cpp)
function(quorate_by_themselves)
  foreach(source ${ARGN})
    cmake_path(ABSOLUTE_PATH source OUTPUT_VARIABLE path)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    if(path IN_LIST QUORATE_BY_THEMSELVES)
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
endfunction()

# quorate_room(crypto/frost SOURCES ... PUBLIC ... PRIVATE ... [PRECOMPILE <header> ...])
#
# A room is a folder with one job and one library target, named after the folder:
# crypto/frost is quorate::crypto_frost. Its headers are reachable only through that target,
# because each room gets an include folder of its own that holds nothing but a link to it.
# So an arrow that no CMakeLists.txt draws is an include that the compiler does not find.
function(quorate_room folder)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE;PRECOMPILE" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  set(include_folder ${PROJECT_BINARY_DIR}/rooms/${name})
  cmake_path(GET folder PARENT_PATH parent)
  file(MAKE_DIRECTORY ${include_folder}/${parent})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${include_folder}/${folder} SYMBOLIC)

  quorate_by_themselves(${ROOM_SOURCES})
  add_library(quorate_${name} STATIC ${ROOM_SOURCES})
  add_library(quorate::${name} ALIAS quorate_${name})
  target_include_directories(quorate_${name} PUBLIC ${include_folder})
  target_link_libraries(quorate_${name}
    PUBLIC ${ROOM_PUBLIC}
    PRIVATE ${ROOM_PRIVATE} quorate_warnings)
  if(ROOM_PRECOMPILE)
    target_precompile_headers(quorate_${name} PRIVATE ${ROOM_PRECOMPILE})
  endif()
endfunction()

# quorate_program(quorate-node FOLDER node/program SOURCES ... LINK ...): one executable, left in
# build/PRESET/bin/.
function(quorate_program name)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;LINK" ${ARGN})
  quorate_by_themselves(${PROGRAM_SOURCES})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINK} quorate_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()
