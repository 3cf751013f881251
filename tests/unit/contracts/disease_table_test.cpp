// Disease tables: CSV, descent, spellings.
#include "contracts/dataset/disease_table.hpp"

#include <catch2/catch.hpp>

#include "contracts/dataset/csv.hpp"

using namespace placet::contracts::dataset;

TEST_CASE("a hierarchy is read with quotes, circles and parents that have no row") {
    DiseaseTable table;
    REQUIRE(
        table.add_hierarchy("\xEF\xBB\xBF"
                            "parents,id,label\r\n"
                            "MONDO:root,MONDO:a,\"a, with \"\"quotes\"\"\nand a second line\"\r\n"
                            "\r\n"
                            "MONDO_a | mondo:x,http://purl.obolibrary.org/obo/MONDO_b,b\r\n"
                            "MONDO:c2,MONDO:c1,c1\r\n"
                            "MONDO:c1|MONDO:c2,MONDO:c2,c2\r\n"
                            ",MONDO:old,obsolete thing"));
    CHECK(table.label("MONDO:a") == "a, with \"quotes\"\nand a second line");
    CHECK(table.descends("MONDO:b", "MONDO:a"));
    CHECK(table.descends("MONDO:b", "MONDO:root"));
    CHECK(table.descends("MONDO:b", "MONDO:x"));
    CHECK_FALSE(table.descends("MONDO:a", "MONDO:b"));
    CHECK(table.descends("MONDO:c1", "MONDO:c2"));
    CHECK(table.descends("MONDO:c2", "MONDO:c1"));
    CHECK_FALSE(table.descends("MONDO:c1", "MONDO:a"));
    CHECK(table.descends("MONDO:old", "MONDO:old"));
    CHECK(table.descends("nowhere", "nowhere"));
    CHECK_FALSE(table.descends("nowhere", "MONDO:a"));
    CHECK(table.knows("MONDO:root"));
    CHECK_FALSE(table.knows("nowhere"));
}

TEST_CASE("a broken table is refused with its line") {
    struct Case {
        const char* csv;
        const char* line;
    };
    for (const Case& one :
         {Case{"", "line 1"}, Case{"id,label\nMONDO:1,a\n", "line 1"}, Case{"id,label,parents,id\n", "line 1"},
          Case{"id,label,parents\nMONDO:1,a\n", "line 2"},
          Case{"id,label,parents\nMONDO:1,a,\n\nMONDO:2,\"b,\n", "line 4"},
          Case{"id,label,parents\nMONDO:1,\"a\"b,\n", "line 2"}, Case{"id,label,parents\nMONDO:1,a\"b,\n", "line 2"},
          Case{"id,label,parents\n,a,\n", "line 2"},
          Case{"id,label,parents\nMONDO:1,a,\nMONDO:1,a,MONDO:2\n", "line 3"}}) {
        INFO(one.csv);
        DiseaseTable table;
        const auto status = table.add_hierarchy(one.csv);
        REQUIRE_FALSE(status);
        CHECK(status.error().field == one.line);
    }
    DiseaseTable table;
    CHECK(table.add_hierarchy("id,label,parents\nMONDO:1,a,\nMONDO:1,a,\n"));
    CHECK(table.add_doid("doid,mondo\nDOID:1,MONDO:1\nDOID:1,MONDO:1\n"));
    CHECK(table.add_doid("doid,mondo\nDOID:1,MONDO:2\n").error().field == "line 2");
    CHECK(table.add_doid("doid,mondo\nMONDO:1,MONDO:2\n").error().field == "line 2");
    CHECK(table.add_doid("doid,mondo\nDOID:2,OMIM:2\n").error().field == "line 2");
}
