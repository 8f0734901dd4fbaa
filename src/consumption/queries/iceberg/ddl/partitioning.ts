import { type StructField, parseTransform } from '#catalog/tables'
import { failed } from '../../planning/failure.ts'

interface SpecField {
  readonly 'source-id': number
  readonly name: string
  readonly transform: string
}

const timed = ['year', 'month', 'day', 'hour']

/**
 * Terms of PARTITIONED BY, or of the property `partitioning`, as the fields of a spec under Iceberg's own names: `id`, `day(ts)`,
 * `bucket(16, id)`, and with its arguments the other way round. https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-partitioning
 */
export function partitionFields(
  terms: readonly string[],
  columns: readonly StructField[],
): readonly SpecField[] {
  return terms.map((term) => {
    const call = /^\s*([a-z]+)\s*\(([^()]*)\)\s*$/.exec(term.toLowerCase())
    const named = call
      ? call[2]!.split(',').map((part) => part.trim())
      : [term.toLowerCase().trim()]
    const width = named.length === 2 ? named.find((part) => /^\d+$/.test(part)) : undefined
    const names = named.filter((part) => part !== width).map((part) => part.replaceAll(/["`]/g, ''))
    const column = columns.find(({ name }) => names.length === 1 && name === names[0])
    if (!column) throw invalid(term, `Column not found: ${names.join(', ')}`)
    const field = { 'source-id': column.id }
    const kind = call?.[1]
    if (kind === undefined || (kind === 'identity' && width === undefined)) {
      return { ...field, name: column.name, transform: 'identity' }
    }
    // Names are in the singular, as Athena has them; Trino's and Spark's plurals are seen too.
    const unit = kind.replace(/s$/, '')
    if (timed.includes(unit) && width === undefined) {
      return { ...field, name: `${column.name}_${unit}`, transform: unit }
    }
    if ((kind === 'bucket' || kind === 'truncate') && width !== undefined) {
      const transform = `${kind}[${width}]`
      parseTransform(transform)
      const suffix = kind === 'bucket' ? 'bucket' : 'trunc'
      return { ...field, name: `${column.name}_${suffix}`, transform }
    }
    throw invalid(term, 'the transform is not known')
  })
}

/** A field of a spec as DDL writes it. */
export function partitionTerm(transform: string, column: string): string {
  const sized = /^(bucket|truncate)\[(\d+)\]$/.exec(transform)
  if (sized) return `${sized[1]}(${sized[2]}, \`${column}\`)`
  return transform === 'identity' ? `\`${column}\`` : `${transform}(\`${column}\`)`
}

function invalid(term: string, why: string): Error {
  return failed('INVALID_TABLE_PROPERTY', `line 1:1: Invalid partition field: ${term}: ${why}`)
}
