import {
  type ContentFile,
  type LoadedTable,
  type Primitive,
  type TableMetadata,
  type Value,
  compareValues,
  currentSchema,
  fromAvro,
  fromBytes,
  parsePrimitive,
  bindSpec,
  type BoundPartitionField,
} from '#catalog/tables'
import type { Type } from '#consumption/sql'
import { sqlTypeOf } from '../source.ts'
import { bigint, columnsOf, rowOf } from './columns.ts'
import { liveFiles } from './live-files.ts'
import type { MetadataTable } from './metadata-table.ts'
import { valueText } from './value-text.ts'

/** A column whose least and greatest value can be told. */
interface Measured {
  readonly id: number
  readonly name: string
  readonly type: Primitive
}

/** Of one partition; counts undefined where a file does not say. */
interface Totals {
  readonly partition: ReadonlyMap<number, Value | undefined>
  records: number
  files: number
  bytes: number
  readonly columns: Map<number, ColumnTotals>
}

interface ColumnTotals {
  lower: Value | undefined
  upper: Value | undefined
  nulls: number | undefined
  nans: number | undefined
  isKnown: boolean
}

/** https://trino.io/docs/current/connector/iceberg.html#partitions-table: fields of all specs side by side. */
export function partitionsTable({ metadata }: LoadedTable): MetadataTable {
  const fields = allPartitionFields(metadata)
  const measured = currentSchema(metadata).fields.flatMap((field): Measured[] => {
    if (typeof field.type !== 'string' || !sqlTypeOf(field.type)) return []
    return [{ id: field.id, name: field.name.toLowerCase(), type: parsePrimitive(field.type) }]
  })
  const columns: Record<string, Type> = {}
  if (fields.length > 0) {
    columns['partition'] = rowOf(
      Object.fromEntries(fields.map((field) => [field.name.toLowerCase(), sqlType(field.type)])),
    )
  }
  for (const name of ['record_count', 'file_count', 'total_size']) columns[name] = bigint
  if (measured.length > 0) {
    columns['data'] = rowOf(
      Object.fromEntries(
        measured.map(({ name, type }) => {
          const own = sqlType(type)
          const counts = { null_count: bigint, nan_count: bigint }
          return [name, rowOf({ min: own, max: own, ...counts })]
        }),
      ),
    )
  }
  return {
    columns: columnsOf(columns),
    rows: async (parts) => {
      const files = await liveFiles(metadata, parts)
      const data = files.filter(({ content }) => content === 'data')
      const totals = totalsOf(metadata, data, measured)
      return totals.map((each) => rowFor(each, fields, measured))
    },
  }
}

function sqlType(type: Primitive): Type {
  const text =
    type.kind === 'decimal'
      ? `decimal(${type.precision}, ${type.scale})`
      : type.kind === 'fixed'
        ? `fixed[${type.length}]`
        : type.kind
  return sqlTypeOf(text) ?? { kind: 'varchar' }
}

function allPartitionFields(metadata: TableMetadata): readonly BoundPartitionField[] {
  const fields = new Map<number, BoundPartitionField>()
  for (const spec of metadata['partition-specs']) {
    for (const field of bindSpec(metadata, spec['spec-id'])) fields.set(field.fieldId, field)
  }
  return [...fields.values()].toSorted((a, b) => a.fieldId - b.fieldId)
}

function totalsOf(
  metadata: TableMetadata,
  files: readonly ContentFile[],
  measured: readonly Measured[],
): readonly Totals[] {
  const byPartition = new Map<string, Totals>()
  for (const file of files) {
    const types = bindSpec(metadata, file.specId)
    const partition = new Map(
      types.map(({ fieldId, type }, at) => [fieldId, fromAvro(type, file.partition[at])]),
    )
    const key = JSON.stringify([file.specId, [...partition.values()].map(keyText)])
    const totals = byPartition.get(key) ?? {
      partition,
      records: 0,
      files: 0,
      bytes: 0,
      columns: new Map<number, ColumnTotals>(),
    }
    totals.records += file.recordCount
    totals.files += 1
    totals.bytes += file.sizeBytes
    for (const column of measured) addColumn(totals, column, file)
    byPartition.set(key, totals)
  }
  return [...byPartition.values()]
}

function keyText(value: Value | undefined): string | null {
  if (value === undefined) return null
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value)
}

function addColumn(totals: Totals, { id, type }: Measured, { metrics }: ContentFile): void {
  const [low, high] = [metrics.lowerBounds.get(id), metrics.upperBounds.get(id)]
  const lower = low && fromBytes(type, low)
  const upper = high && fromBytes(type, high)
  const nulls = metrics.nullCounts.get(id)
  const nans = metrics.nanCounts.get(id)
  // Nothing but null has no bounds, and takes none from the others.
  const isEmpty = nulls !== undefined && nulls === metrics.valueCounts.get(id)
  const before = totals.columns.get(id)
  if (!before) {
    totals.columns.set(id, { lower, upper, nulls, nans, isKnown: isEmpty || lower !== undefined })
    return
  }
  before.isKnown &&= isEmpty || lower !== undefined
  before.lower = extreme(before.lower, lower, -1)
  before.upper = extreme(before.upper, upper, 1)
  before.nulls = add(before.nulls, nulls)
  before.nans = add(before.nans, nans)
}

function extreme(a: Value | undefined, b: Value | undefined, sign: 1 | -1): Value | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return compareValues(a, b) * sign > 0 ? a : b
}

function add(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

function rowFor(
  totals: Totals,
  fields: readonly BoundPartitionField[],
  measured: readonly Measured[],
): readonly unknown[] {
  const shown = (type: Primitive, value: Value | undefined) =>
    value === undefined ? null : valueText(type, value)
  const row: unknown[] = []
  if (fields.length > 0) {
    row.push(
      Object.fromEntries(
        fields.map(({ fieldId, name, type }) => [
          name.toLowerCase(),
          shown(type, totals.partition.get(fieldId)),
        ]),
      ),
    )
  }
  row.push(totals.records, totals.files, totals.bytes)
  if (measured.length > 0) {
    row.push(
      Object.fromEntries(
        measured.map(({ id, name, type }) => {
          const { lower, upper, nulls, nans, isKnown } = totals.columns.get(id)!
          return [
            name,
            {
              min: isKnown ? shown(type, lower) : null,
              max: isKnown ? shown(type, upper) : null,
              null_count: nulls ?? null,
              nan_count: nans ?? null,
            },
          ]
        }),
      ),
    )
  }
  return row
}
