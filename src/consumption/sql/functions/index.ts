import { collectionFunctions } from './collections.ts'
import { dateFunctions } from './dates.ts'
import { jsonFunctions } from './json.ts'
import { numberFunctions } from './numbers.ts'
import type { FunctionTable } from './registry.ts'
import { stringFunctions } from './strings.ts'

export { aggregates, functionMacros, windowFunctions, type Aggregate } from './aggregates.ts'
export { atTimeZone } from './dates.ts'
export { apply, type CallContext } from './registry.ts'
export type { Argument } from './signature.ts'

/** Every scalar function that is known to answer as Athena does. One that is not here is refused. */
export const scalarFunctions: FunctionTable = {
  ...stringFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...collectionFunctions,
  ...jsonFunctions,
}
