// Everything a reader of contract state needs, in one include: entries, keys, look-ups. See the single headers.
#pragma once

#include "contracts/access/cohort.hpp"
#include "contracts/access/emergency.hpp"
#include "contracts/access/entries.hpp"
#include "contracts/access/lineage.hpp"
#include "contracts/access/rows.hpp"
#include "contracts/consent/entries.hpp"
#include "contracts/consent/evaluate.hpp"
#include "contracts/dataset/entries.hpp"
#include "contracts/governance/entries.hpp"
