import type { TableRecord } from '#catalog/metastore'
import type { Scan, SimplePredicate } from '#consumption/sql'
import { failed } from './failure.ts'
import type { ListParts } from './list-scans.ts'
import { boundsOf, fulfils } from './simple-values.ts'
import { type PlannedPartition, partitionsLeft } from './partitions.ts'

/** Combinations of projected values that one scan may have before its conditions are applied. */
const combinationsMax = 100_000
const dayMs = 86_400_000

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
    if (combinations.length > combinationsMax) {
      throw failed(
        'HIVE_EXCEEDED_PARTITION_LIMIT',
        `partition projection of table '${scan.database}.${scan.name}' gives more than ${combinationsMax} partitions; limit the query to fewer`,
      )
    }
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
  switch (property('type')?.toLowerCase()) {
    case 'enum':
      return (property('values') ?? '').split(',').map((value) => value.trim())
    case 'injected':
      if (!exact) {
        throw failed(
          'CONSTRAINT_VIOLATION',
          `For the injected projected partition column ${key}, the WHERE clause must contain only static equality conditions`,
        )
      }
      return exact.map(String)
    case 'integer': {
      const [low, high] = (property('range') ?? '').split(',').map((text) => Number(text.trim()))
      if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) throw invalid('range')
      const step = Number(property('interval') ?? 1)
      const digits = Number(property('digits') ?? 0)
      if (!(step > 0)) throw invalid('interval')
      if (exact && exact.every((value) => typeof value === 'number')) {
        return [...new Set(exact)]
          .filter((value) => value >= low! && value <= high! && (value - low!) % step === 0)
          .map((value) => String(value).padStart(digits, '0'))
      }
      const { least, most } = boundsOf(simple)
      const first = least > low! ? low! + Math.ceil((least - low!) / step) * step : low!
      const last = Math.min(high!, most)
      if ((last - first) / step > combinationsMax) throw invalid('range')
      const values: string[] = []
      for (let value = first; value <= last; value += step)
        values.push(String(value).padStart(digits, '0'))
      return values
    }
    case 'date':
      return dates(property('format') ?? 'yyyy-MM-dd', property, nowMs, invalid)
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

function dates(
  format: string,
  property: (name: string) => string | undefined,
  nowMs: number,
  invalid: (what: string) => Error,
): readonly string[] {
  if (!/^(yyyy|MM|dd|HH|mm|ss|[-/_ :T'])+$/.test(format)) throw invalid('format')
  const [from, to] = (property('range') ?? '')
    .split(',')
    .map((text) => instantOf(text.trim(), format, nowMs))
  if (from === undefined || to === undefined) throw invalid('range')
  const finest = /HH/.test(format)
    ? /mm/.test(format)
      ? 'minutes'
      : 'hours'
    : /dd/.test(format)
      ? 'days'
      : /MM/.test(format)
        ? 'months'
        : 'years'
  const unit = (property('interval.unit') ?? finest).toLowerCase()
  const interval = Number(property('interval') ?? 1)
  if (!Number.isSafeInteger(interval) || interval < 1) throw invalid('interval')
  const values: string[] = []
  for (
    let index = 0, at = from;
    at <= to;
    index++, at = plus(from, index * interval, unit, invalid)
  ) {
    values.push(formatDate(at, format))
    if (values.length > combinationsMax) throw invalid('range')
  }
  return values
}

const unitMs: Readonly<Record<string, number>> = {
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: dayMs,
  WEEKS: 7 * dayMs,
}

function plus(
  timeMs: number,
  amount: number,
  unitName: string,
  invalid: (what: string) => Error,
): number {
  const unit = unitName.toUpperCase()
  if (unitMs[unit]) return timeMs + amount * unitMs[unit]
  const date = new Date(timeMs)
  if (unit === 'MONTHS') return date.setUTCMonth(date.getUTCMonth() + amount)
  if (unit === 'YEARS') return date.setUTCFullYear(date.getUTCFullYear() + amount)
  throw invalid('interval.unit')
}

/** `NOW`, `NOW-3YEARS`, or a date in the column's format. */
function instantOf(text: string, format: string, nowMs: number): number | undefined {
  const now = /^NOW\s*(?:([+-])\s*(\d+)\s*(YEARS|MONTHS|WEEKS|DAYS|HOURS|MINUTES|SECONDS?))?$/.exec(
    text,
  )
  if (now) {
    const amount = now[2] ? Number(now[2]) * (now[1] === '-' ? -1 : 1) : 0
    return plus(nowMs, amount, now[3] ?? 'DAYS', () => new Error('unknown unit'))
  }
  const names: string[] = []
  const pattern = format.replaceAll("'", '').replaceAll(/yyyy|MM|dd|HH|mm|ss/g, (part) => {
    names.push(part)
    return part === 'yyyy' ? '(\\d{4})' : '(\\d{2})'
  })
  const found = new RegExp(`^${pattern}$`).exec(text)
  if (!found) return undefined
  const part = (name: string, otherwise: number) => {
    const index = names.indexOf(name)
    return index < 0 ? otherwise : Number(found[index + 1])
  }
  return Date.UTC(
    part('yyyy', 1970),
    part('MM', 1) - 1,
    part('dd', 1),
    part('HH', 0),
    part('mm', 0),
    part('ss', 0),
  )
}

function formatDate(timeMs: number, format: string): string {
  const iso = new Date(timeMs).toISOString()
  const parts: Readonly<Record<string, string>> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
  }
  return format.replaceAll("'", '').replaceAll(/yyyy|MM|dd|HH|mm|ss/g, (part) => parts[part]!)
}
