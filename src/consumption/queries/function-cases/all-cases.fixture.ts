import type { CasePage } from './case-page.fixture.ts'
import { aggregateCases } from './aggregate.fixture.ts'
import { arrayCases } from './array.fixture.ts'
import { binaryCases } from './binary.fixture.ts'
import { bitwiseCases } from './bitwise.fixture.ts'
import { colorCases } from './colors.fixture.ts'
import { comparisonCases } from './comparison.fixture.ts'
import { conditionalCases } from './conditional.fixture.ts'
import { conversionCases } from './conversion.fixture.ts'
import { datetimeCases } from './datetime.fixture.ts'
import { decimalCases } from './decimal.fixture.ts'
import { distributionCases } from './distributions.fixture.ts'
import { furtherCases } from './further.fixture.ts'
import { geospatialCases } from './geospatial.fixture.ts'
import { jsonCases } from './json.fixture.ts'
import { listCases } from './list.fixture.ts'
import { mapCases } from './map.fixture.ts'
import { mathCases } from './math.fixture.ts'
import { nullsCases } from './nulls.fixture.ts'
import { regexpCases } from './regexp.fixture.ts'
import { sessionCases } from './session.fixture.ts'
import { sketchCases } from './sketches.fixture.ts'
import { sqlJsonCases } from './sql-json.fixture.ts'
import { statisticsCases } from './statistics.fixture.ts'
import { stringCases } from './string.fixture.ts'
import { urlCases } from './url.fixture.ts'
import { zonesCases } from './zones.fixture.ts'

export const functionCases: readonly CasePage[] = [
  aggregateCases,
  arrayCases,
  binaryCases,
  bitwiseCases,
  colorCases,
  comparisonCases,
  conditionalCases,
  conversionCases,
  datetimeCases,
  decimalCases,
  distributionCases,
  furtherCases,
  geospatialCases,
  jsonCases,
  listCases,
  mapCases,
  mathCases,
  nullsCases,
  regexpCases,
  sessionCases,
  sketchCases,
  sqlJsonCases,
  statisticsCases,
  stringCases,
  urlCases,
  zonesCases,
]
