import { TableErrors } from '../errors.ts'
import { MetadataBuilder } from './builder.ts'
import { parseSortOrder, parseSpec, type UnboundSpec } from './partitioning.ts'
import { indexFields, parseSchema, withFreshIds } from './schema.ts'
import type { SortOrder, TableMetadata, TextMap } from './types.ts'
import { defaultFormatVersion } from './updates.ts'

export interface NewTable {
  /** As they came in JSON. */
  readonly schema: unknown
  readonly spec: unknown
  readonly sortOrder: unknown
  readonly location: string
  readonly properties: TextMap
}

/** Properties that say something of the table's own state: they are never stored. */
const reserved = new Set([
  'format-version',
  'uuid',
  'snapshot-count',
  'current-snapshot-id',
  'current-snapshot-summary',
  'current-snapshot-timestamp-ms',
  'current-schema',
  'default-partition-spec',
  'default-sort-order',
])

/**
 * The metadata of a table that is made: field ids are given anew from 1, and partition field ids from 1000, whatever the
 * request calls them. Errors: `InvalidMetadata`.
 */
export function newTableMetadata(
  table: NewTable,
  context: { readonly nowMs: number; readonly uuid: string },
): TableMetadata {
  const given = parseSchema(table.schema, 'schema')
  const { schema, newIds } = withFreshIds(given)
  const version = formatVersionOf(table.properties)
  const builder = new MetadataBuilder(undefined, version, { ...context, previousFile: undefined })
  builder.addSchema(schema, undefined)
  builder.setCurrentSchema(-1)
  const source = (id: number) => newIds.get(id) ?? missing(id, [...indexFields(given).keys()])
  builder.addSpec(freshSpec(table.spec, source))
  builder.setDefaultSpec(-1)
  builder.addSortOrder(freshOrder(table.sortOrder, source))
  builder.setDefaultSortOrder(-1)
  builder.setLocation(table.location)
  builder.setProperties({
    // What writers that know no better should do: https://iceberg.apache.org/docs/latest/configuration/#write-properties
    'write.parquet.compression-codec': 'zstd',
    ...Object.fromEntries(Object.entries(table.properties).filter(([name]) => !reserved.has(name))),
  })
  return builder.build()
}

function formatVersionOf(properties: TextMap): number {
  const text = properties['format-version']
  if (text === undefined) return defaultFormatVersion
  const version = Number(text)
  if (version === 1 || version === 2 || version === 3) return version
  throw TableErrors.InvalidMetadata(`Unsupported format version: v${text} (supported: v3)`)
}

function freshSpec(value: unknown, source: (id: number) => number): UnboundSpec {
  if (value === undefined || value === null) return { fields: [] }
  const { fields } = parseSpec(value, 'partition-spec')
  return {
    fields: fields.map(({ name, transform, 'source-id': id }) => ({
      'source-id': source(id),
      name,
      transform,
    })),
  }
}

function freshOrder(value: unknown, source: (id: number) => number): SortOrder {
  if (value === undefined || value === null) return { 'order-id': 0, fields: [] }
  const order = parseSortOrder(value, 'write-order')
  return {
    'order-id': order.fields.length === 0 ? 0 : 1,
    fields: order.fields.map((field) => ({ ...field, 'source-id': source(field['source-id']) })),
  }
}

function missing(id: number, known: readonly number[]): never {
  throw TableErrors.InvalidMetadata(
    `Cannot find source column: ${id} (the schema has ${known.join(', ')})`,
  )
}
