// checks CASE ORIGIN DIRECTORY
#include "check.h"

std::string origin, directory;

int main(int argc, char **argv)
{
    CHECK(argc == 4);
    origin = argv[2];
    directory = argv[3];
    for (auto list : {&jobCases, &fileCases, &callbackCases, &processCases, &downloadCases, &streamCases})
        for (auto &each : *list)
            if (std::strcmp(each.name, argv[1]) == 0)
            {
                each.run();
                std::printf("ok\n");
                return 0;
            }
    std::fprintf(stderr, "no case %s\n", argv[1]);
    return 2;
}
