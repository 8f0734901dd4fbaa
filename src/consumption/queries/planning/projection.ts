import type { TableRecord } from '#catalog/metastore'
import type { Scan, SimplePredicate } from '#consumption/sql'
import { failed } from './failure.ts'
import type { ListParts } from './list-scans.ts'
import { boundsOf, fulfils } from './simple-values.ts'
import { projectedDates } from './projected-dates.ts'
import { type PlannedPartition, partitionsLeft } from './partitions.ts'

/** Combinations of projected values that one scan may have before its conditions are applied. */
const combinationsMax = 100_000

/**
 * Partitions by projection: computed from the table's properties, not looked up. Undefined when
 * the table has none. https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export async function projectedPartitions(
  scan: Scan<TableRecord>,
  parts: ListParts,
): Promise<readonly PlannedPartition[] | undefined> {
  const { parameters = {}, partitionKeys = [], storage } = scan.source
  if (parameters['projection.enabled']?.toLowerCase() !== 'true') return undefined
  const keys = partitionKeys.map((key) => key.name.toLowerCase())
  /** Conditions that are left for the engine. */
  const rest = new Set(scan.predicates.filter((predicate) => !predicate.simple))
  let combinations: string[][] = [[]]
  for (const [index, key] of keys.entries()) {
    const { type } = partitionKeys[index]!
    const own = scan.predicates.filter((predicate) => predicate.simple?.key === key)
    const values = valuesOf(key, scan, parameters, parts.startMs).filter((value) =>
      own.every((predicate) => {
        const truth = fulfils(value, type, predicate.simple!)
        if (truth === undefined) rest.add(predicate)
        return truth !== false
      }),
    )
    combinations = combinations.flatMap((before) => values.map((value) => [...before, value]))
    if (combinations.length > combinationsMax) throw tooMany(scan)
  }
  const template = parameters['storage.location.template']
  const base = (storage?.location ?? '').replace(/\/$/, '')
  const partitions = combinations.map((values) => ({
    values,
    storage: undefined,
    location: template
      ? template.replaceAll(
          /\$\{([^}]+)\}/g,
          (_, name: string) => values[keys.indexOf(name.toLowerCase())] ?? '',
        )
      : `${base}/${keys.map((key, index) => `${key}=${values[index]}`).join('/')}`,
  }))
  const predicates = [...rest].map((predicate) => ({ ...predicate, simple: undefined }))
  return partitionsLeft({ ...scan, predicates }, partitions, parts.engine, parts.signal)
}

function tooMany({ database, name }: Scan<TableRecord>): Error {
  return failed(
    'HIVE_EXCEEDED_PARTITION_LIMIT',
    `partition projection of table '${database}.${name}' gives more than ${combinationsMax} partitions; limit the query to fewer`,
  )
}

function valuesOf(
  key: string,
  scan: Scan<TableRecord>,
  parameters: Readonly<Record<string, string>>,
  nowMs: number,
): readonly string[] {
  const property = (name: string) => parameters[`projection.${key}.${name}`]
  const invalid = (what: string) =>
    failed(
      'INVALID_TABLE_PROPERTY',
      `projection.${key}.${what} of table '${scan.database}.${scan.name}' cannot be used`,
    )
  const simple = scan.predicates.flatMap(({ simple }) => (simple?.key === key ? [simple] : []))
  const exact = exactValues(simple)
  switch (property('type')?.trim().toLowerCase()) {
    case 'enum':
      // Spaces are a part of the values.
      return (property('values') ?? '').split(',')
    case 'injected':
      if (!exact) {
        throw failed(
          'CONSTRAINT_VIOLATION',
          `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions`,
        )
      }
      return exact.map(String)
    case 'integer':
      return integers({ property, exact, bounds: boundsOf(simple), invalid })
    case 'date':
      return projectedDates({
        property,
        nowMs,
        type: scan.source.partitionKeys?.find(({ name }) => name.toLowerCase() === key)?.type,
        predicates: simple,
        valuesMax: combinationsMax,
        invalid,
        tooMany: () => tooMany(scan),
      })
    default:
      throw invalid('type')
  }
}

/** The values that `key = …` and `key IN (…)` allow; undefined without such a condition. */
function exactValues(
  predicates: readonly SimplePredicate[],
): readonly (string | number)[] | undefined {
  return predicates.find(({ operator }) => operator === '=' || operator === 'in')?.values
}

interface IntegerProjection {
  property(name: string): string | undefined
  readonly exact: readonly (string | number)[] | undefined
  readonly bounds: { readonly least: number; readonly most: number }
  invalid(what: string): Error
}

function integers({ property, exact, bounds, invalid }: IntegerProjection): readonly string[] {
  const [low, high] = (property('range') ?? '').split(',').map((text) => Number(text.trim()))
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) throw invalid('range')
  const step = Number(property('interval') ?? 1)
  const digits = Number(property('digits') ?? 0)
  if (!(Number.isSafeInteger(step) && step > 0)) throw invalid('interval')
  if (!(Number.isSafeInteger(digits) && digits >= 0)) throw invalid('digits')
  // As Java's `%0nd`, to which the sign belongs.
  const text = (value: number) =>
    value < 0 ? `-${String(-value).padStart(digits - 1, '0')}` : String(value).padStart(digits, '0')
  if (exact) {
    const numbers = new Set(exact.map(Number))
    return [...numbers]
      .filter((value) => value >= low! && value <= high! && (value - low!) % step === 0)
      .map(text)
  }
  const { least, most } = bounds
  const first = least > low! ? low! + Math.ceil((least - low!) / step) * step : low!
  const last = Math.min(high!, most)
  if ((last - first) / step > combinationsMax) throw invalid('range')
  const values: string[] = []
  for (let value = first; value <= last; value += step) values.push(text(value))
  return values
}
