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
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE ${PROGRAM_LINK} quorate_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()
