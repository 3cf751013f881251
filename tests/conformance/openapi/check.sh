#!/bin/sh
# Checks /openapi.json against the OpenAPI 3.1 schema of an npm package, where npm is there and can fetch it; else says skipped.
# usage: check.sh PRINTER SOURCE_DIR WORK_DIR
set -eu
printer=$1
source=$2
work=$3
package=@seriousme/openapi-schema-validator@2.4.1

mkdir -p "$work"
"$printer" > "$work/openapi.json"
if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
    echo "skipped: no node or no npm here"
    exit 0
fi
cp "$source/check.mjs" "$work/check.mjs"
if [ ! -d "$work/node_modules/@seriousme" ]; then
    if ! (cd "$work" && npm install --silent --no-audit --no-fund --ignore-scripts --prefix . "$package" > npm.log 2>&1); then
        echo "skipped: npm could not fetch $package"
        exit 0
    fi
fi
cd "$work" && exec node check.mjs openapi.json
