import type { TableRecord } from '#catalog/metastore'
import {
  type LoadedTable,
  type Schema,
  type Snapshot,
  type SnapshotChoice,
  type TableMetadata,
  type Type as IcebergType,
  chooseSnapshot,
  currentSchema,
  parsePrimitive,
} from '#catalog/tables'
import type { Scan, TableColumn, Type } from '#consumption/sql'
import type { MetadataTable } from './metadata-tables/metadata-table.ts'

/** An Iceberg table in the state that a query sees of it. */
export interface IcebergSource {
  readonly kind: 'iceberg'
  readonly record: TableRecord
  readonly metadata: TableMetadata
  /** Undefined for a table without a row. */
  readonly snapshot: Snapshot | undefined
  /** What its rows are read as. */
  readonly schema: Schema
  /** False when the query asks for a certain snapshot. */
  readonly isCurrent: boolean
}

/** A table about a table, whose rows are made when it is read. */
export interface MetadataSource {
  readonly kind: 'metadata'
  readonly table: MetadataTable
  /** The metadata file that it is made from: other rows have another one. */
  readonly location: string
}

export type TableSource = TableRecord | IcebergSource | MetadataSource

export function isIcebergScan(scan: Scan<TableSource>): scan is Scan<IcebergSource> {
  return 'kind' in scan.source && scan.source.kind === 'iceberg'
}

export function isMetadataScan(scan: Scan<TableSource>): scan is Scan<MetadataSource> {
  return 'kind' in scan.source && scan.source.kind === 'metadata'
}

export function isHiveScan(scan: Scan<TableSource>): scan is Scan<TableRecord> {
  return !('kind' in scan.source)
}

/** The table at its current snapshot, or at another one with the schema of then. Error: `InvalidMetadata`. */
export function icebergSource(
  { record, metadata }: LoadedTable,
  choice?: SnapshotChoice,
): IcebergSource {
  const snapshot = chooseSnapshot(metadata, choice)
  const schemaId = choice ? snapshot?.['schema-id'] : undefined
  const then = metadata.schemas.find((schema) => schema['schema-id'] === schemaId)
  const schema = then ?? currentSchema(metadata)
  const isCurrent = choice === undefined
  return { kind: 'iceberg', record, metadata, snapshot, schema, isCurrent }
}

export function icebergColumns({ schema }: Pick<IcebergSource, 'schema'>): TableColumn[] {
  return schema.fields.map((field) => ({
    name: field.name.toLowerCase(),
    type: sqlTypeOf(field.type) ?? { kind: 'unknown' },
    partition: false,
  }))
}

/** Where a row stands, for statements that change it. */
export function rowColumns({ metadata }: IcebergSource): readonly Omit<TableColumn, 'partition'>[] {
  return [
    { name: '$file', type: { kind: 'integer' } },
    { name: '$position', type: { kind: 'bigint' } },
    ...(metadata['format-version'] >= 3
      ? [{ name: '$row_id', type: { kind: 'bigint' } } as const]
      : []),
  ]
}

/**
 * The type that SQL sees: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html. A UUID is
 * text, which Athena does not say. Undefined for a type that SQL has not.
 */
export function sqlTypeOf(type: IcebergType): Type | undefined {
  if (typeof type === 'string') return primitive(type)
  switch (type.type) {
    case 'list': {
      const element = sqlTypeOf(type.element)
      return element && { kind: 'array', element }
    }
    case 'map': {
      const [key, value] = [sqlTypeOf(type.key), sqlTypeOf(type.value)]
      return key && value && { kind: 'map', key, value }
    }
    case 'struct': {
      const fields = type.fields.map((field) => ({
        name: field.name.toLowerCase(),
        type: sqlTypeOf(field.type),
      }))
      const names = new Set(fields.map(({ name }) => name))
      if (names.size < fields.length || fields.some((field) => field.type === undefined)) {
        return undefined
      }
      return { kind: 'row', fields: fields as { name: string; type: Type }[] }
    }
  }
}

function primitive(text: string): Type | undefined {
  const type = parsePrimitive(text)
  switch (type.kind) {
    case 'boolean':
    case 'double':
    case 'date':
      return { kind: type.kind }
    case 'int':
      return { kind: 'integer' }
    case 'long':
      return { kind: 'bigint' }
    case 'float':
      return { kind: 'real' }
    case 'decimal':
      return { kind: 'decimal', precision: type.precision, scale: type.scale }
    case 'time':
    case 'timestamp':
      return { kind: type.kind, precision: 6 }
    case 'timestamp_ns':
      return { kind: 'timestamp', precision: 6 }
    case 'timestamptz':
    case 'timestamptz_ns':
      return { kind: 'timestamptz', zone: 'UTC', precision: 6 }
    case 'string':
    case 'uuid':
      return { kind: 'varchar' }
    case 'fixed':
    case 'binary':
      return { kind: 'varbinary' }
    // Athena has no such type: Trino's name for it.
    case 'variant':
      return { kind: 'variant' }
    default:
      return undefined
  }
}
