// placet-fuzz-corpus DIR: writes every target's valid inputs to DIR/TARGET/seed-N, and prints each target's name.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/fuzz/targets.hpp"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: placet-fuzz-corpus DIR\n";
        return 2;
    }
    for (const auto& target : placet::fuzz::targets()) {
        const auto folder = std::filesystem::path(argv[1]) / target.name;
        std::filesystem::create_directories(folder);
        std::size_t number = 0;
        for (const auto& seed : target.seeds()) {
            std::ofstream out(folder / ("seed-" + std::to_string(number++)), std::ios::binary);
            out.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
            if (!out) return 1;
        }
        std::cout << target.name << "\n";
    }
    return 0;
}
