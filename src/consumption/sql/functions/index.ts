import { arrayFunctions } from './arrays.ts'
import { collectionFunctions } from './collections.ts'
import { dateFunctions } from './dates.ts'
import { colorFunctions } from './colors.ts'
import { geospatialFunctions } from './geospatial.ts'
import { jsonFunctions } from './json.ts'
import { numberFunctions } from './numbers.ts'
import type { FunctionTable } from './registry.ts'
import { sessionFunctions } from './session.ts'
import { sketchFunctions } from './sketches.ts'
import { stringFunctions } from './strings.ts'

import { aggregates } from './aggregates.ts'
import { windowFunctions } from './windows.ts'
export { aggregates, functionMacros } from './aggregates.ts'
export { windowFunctions } from './windows.ts'
export { refusedFunctions } from './refused.ts'
export { atTimeZone } from './time-zones.ts'
export { apply, comparedMapsText, ownZonesText, type CallContext } from './registry.ts'
export { type Argument, type LambdaArgument, isLambda } from './signature.ts'

/** Functions that are part of the language, and words that stand for one. */
const languageFunctions = [
  'cast',
  'coalesce',
  'extract',
  'greatest',
  'if',
  'json_array',
  'json_exists',
  'json_object',
  'json_query',
  'json_value',
  'least',
  'nullif',
  'position',
  'try',
  'try_cast',
  'typeof',
]

/** The names of all functions that a query may call, in their order. */
export function functionNames(): readonly string[] {
  const tables = [scalarFunctions, aggregates, windowFunctions]
  const names = new Set([...languageFunctions, ...tables.flatMap((table) => Object.keys(table))])
  return [...names].toSorted()
}

/** Every scalar function that is known to answer as Athena does. One that is not here is refused. */
export const scalarFunctions: FunctionTable = {
  ...stringFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...collectionFunctions,
  ...arrayFunctions,
  ...colorFunctions,
  ...geospatialFunctions,
  ...jsonFunctions,
  ...sessionFunctions,
  ...sketchFunctions,
}
