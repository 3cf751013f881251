// Judges an OpenAPI description (argument 1) by the OpenAPI 3.1 JSON Schema that an npm package carries.
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

const description = JSON.parse(readFileSync(process.argv[2], "utf8"));
const validator = new Validator();
const result = await validator.validate(description);
if (!result.valid) {
    console.error("the description does not fit the schema:", JSON.stringify(result.errors, null, 1));
    process.exit(1);
}
if (validator.version !== "3.1") {
    console.error("judged as OpenAPI", validator.version, "and not 3.1");
    process.exit(1);
}
// What must be refused shows that the judge judges.
delete description.info;
if ((await new Validator().validate(description)).valid) {
    console.error("a description without info passed: the check is worth nothing");
    process.exit(1);
}
console.log("the OpenAPI description fits the OpenAPI 3.1 schema");
