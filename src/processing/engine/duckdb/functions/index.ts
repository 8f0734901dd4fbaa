import type { DuckDBConnection } from '@duckdb/node-api'
import { colorFunctions } from './colors.ts'
import { dateFunctions } from './dates/functions.ts'
import { distributionFunctions } from './distributions.ts'
import { formatFunctions } from './format.ts'
import { register } from './function.ts'
import { geoFunctions } from './geo/functions.ts'
import { hashFunctions } from './hashes.ts'
import { hiveHashFunctions } from './hive-hashes.ts'
import { jsonFunctions } from './json/functions.ts'
import { numberFunctions } from './numbers.ts'
import { regexpFunctions } from './regexp/functions.ts'
import { sqlJsonFunctions } from './sql-json/functions.ts'
import { spookyFunctions } from './spooky.ts'
import { statisticsFunctions } from './statistics.ts'
import { stemFunctions } from './stems.ts'
import { textFunctions } from './texts.ts'
import { urlFunctions } from './urls.ts'
import { zoneFunctions } from './zones.ts'

const functions = [
  ...colorFunctions,
  ...dateFunctions,
  ...distributionFunctions,
  ...formatFunctions,
  ...geoFunctions,
  ...hashFunctions,
  ...hiveHashFunctions,
  ...jsonFunctions,
  ...numberFunctions,
  ...regexpFunctions,
  ...sqlJsonFunctions,
  ...spookyFunctions,
  ...statisticsFunctions,
  ...stemFunctions,
  ...textFunctions,
  ...urlFunctions,
  ...zoneFunctions,
]

/** Adds what SQL can call in JavaScript to a connection. */
export function registerFunctions(connection: DuckDBConnection): void {
  for (const each of functions) register(connection, each)
}
