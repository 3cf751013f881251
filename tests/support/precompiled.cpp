// Nothing but the precompiled header: main.cpp must not start from it, and CMake makes it only for a target that uses it.
