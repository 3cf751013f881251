// Prints the OpenAPI description that the server would serve.
#include <cstdio>

#include "api/routes/table.hpp"

int main() {
    std::fputs(placet::api::routes::openapi_json("0.1.0").c_str(), stdout);
    return 0;
}
