import { TableErrors } from '../errors.ts'
import { parsePrimitive, type Primitive } from '../format/primitives.ts'
import { indexFields, type IndexedField } from '../format/schema.ts'
import type { TableMetadata } from '../format/types.ts'
import type { ContentFile } from '../scan/manifest.ts'
import { bindSpec } from '../scan/partitions.ts'
import { isValueOf, toAvro, toBytes } from '../scan/values.ts'
import { metricsModes, widen, type MetricsMode } from './metrics-modes.ts'
import type { FileMetrics, NewFile } from './snapshot-change.ts'

/**
 * A writer's files as manifests have them, checked against the table: spec, partition values, types of bounds, and what each
 * kind of file must have. Errors: `InvalidChange`, `UnsupportedFormat`.
 */
export function toContentFiles(
  metadata: TableMetadata,
  files: readonly NewFile[],
  kind: 'data' | 'deletes',
): readonly ContentFile[] {
  const fields = new Map<number, IndexedField>()
  // The newest schema that has a field says its type.
  for (const schema of [...metadata.schemas, currentOf(metadata)]) {
    for (const [id, field] of indexFields(schema)) fields.set(id, field)
  }
  const modeOf = metricsModes(metadata, currentOf(metadata))
  const seen = new Set<string>()
  return files.map((file) => {
    checkFile(metadata, file, kind)
    const key = `${file.location}#${file.contentOffset ?? ''}`
    if (seen.has(key)) throw invalid(file, 'is added twice')
    seen.add(key)
    const content = file.content ?? 'data'
    return {
      content,
      path: file.location,
      format: file.format ?? 'parquet',
      specId: file.specId,
      partition: partitionOf(metadata, file),
      recordCount: file.recordCount,
      sizeBytes: file.sizeBytes,
      metrics: toMetrics(file, fields, content === 'data' ? modeOf : () => ({ kind: 'full' })),
      splitOffsets: file.splitOffsets,
      equalityIds: file.equalityIds,
      sortOrderId: file.sortOrderId,
      firstRowId: undefined,
      referencedDataFile: file.referencedDataFile,
      contentOffset: file.contentOffset,
      contentSizeBytes: file.contentSizeBytes,
    }
  })
}

function currentOf(metadata: TableMetadata) {
  return metadata.schemas.find((schema) => schema['schema-id'] === metadata['current-schema-id'])!
}

function checkFile(metadata: TableMetadata, file: NewFile, kind: 'data' | 'deletes'): void {
  const content = file.content ?? 'data'
  const version = metadata['format-version']
  const isVector = file.format === 'puffin'
  const require = (holds: boolean, what: string) => {
    if (!holds) throw invalid(file, what)
  }
  require((content === 'data') === (kind === 'data'), `is not of ${kind}`)
  require(kind === 'data' || version >= 2, 'has deletes: they need format version 2')
  for (const [count, name] of [
    [file.recordCount, 'record count'],
    [file.sizeBytes, 'size'],
  ] as const) {
    require(Number.isSafeInteger(count) && count >= 0, `has a wrong ${name}: ${count}`)
  }
  require(!isVector || content === 'position-deletes', 'is a Puffin file of other than deletes')
  if (isVector) {
    require(version >= 3, 'is a deletion vector: they need format version 3')
    require(file.referencedDataFile !== undefined &&
      file.contentOffset !== undefined &&
      file.contentSizeBytes !==
        undefined, 'is a deletion vector without its data file or its place')
  } else if (content === 'position-deletes') {
    require(version <
      3, 'has position deletes: format version 3 takes them as deletion vectors only')
  }
  if (content === 'equality-deletes') {
    require((file.equalityIds?.length ?? 0) > 0, 'has equality deletes of no column')
  }
}

function partitionOf(metadata: TableMetadata, file: NewFile): readonly unknown[] {
  if (!metadata['partition-specs'].some((spec) => spec['spec-id'] === file.specId)) {
    throw invalid(file, `is of the unknown partition spec ${file.specId}`)
  }
  const spec = bindSpec(metadata, file.specId)
  if (spec.length !== file.partition.length) {
    throw invalid(
      file,
      `has ${file.partition.length} partition values, the spec has ${spec.length} fields`,
    )
  }
  return spec.map(({ name, type }, at) => {
    const value = file.partition[at]
    if (value !== undefined && !isValueOf(type, value)) {
      throw invalid(file, `has a partition value ${name} that is not of type ${type.kind}`)
    }
    return toAvro(type, value)
  })
}

function toMetrics(
  file: NewFile,
  fields: ReadonlyMap<number, IndexedField>,
  modeOf: (fieldId: number) => MetricsMode,
): ContentFile['metrics'] {
  const { metrics = {} } = file
  const counts = (map: FileMetrics['valueCounts']) => {
    const kept = new Map<number, number>()
    for (const [id, count] of map ?? []) {
      if (!Number.isSafeInteger(count) || count < 0) {
        throw invalid(file, `has a wrong count of column ${id}`)
      }
      if (modeOf(id).kind !== 'none') kept.set(id, count)
    }
    return kept
  }
  const bounds = (map: FileMetrics['lowerBounds'], side: 'lower' | 'upper') => {
    const kept = new Map<number, Buffer>()
    for (const [id, value] of map ?? []) {
      const type = typeOf(id, fields)
      if (!type || (typeof value === 'number' && Number.isNaN(value))) continue
      if (!isValueOf(type, value)) {
        throw invalid(file, `has a bound of column ${id} that is not of type ${type.kind}`)
      }
      const mode = modeOf(id)
      const widened = widen(value, side, type.kind === 'uuid' ? uncut(mode) : mode)
      if (widened !== undefined) kept.set(id, toBytes(type, widened))
    }
    return kept
  }
  return {
    columnSizes: counts(metrics.columnSizes),
    valueCounts: counts(metrics.valueCounts),
    nullCounts: counts(metrics.nullCounts),
    nanCounts: counts(metrics.nanCounts),
    lowerBounds: bounds(metrics.lowerBounds, 'lower'),
    upperBounds: bounds(metrics.upperBounds, 'upper'),
  }
}

/** Half of a UUID is none. */
function uncut(mode: MetricsMode): MetricsMode {
  return mode.kind === 'truncate' ? { kind: 'full' } : mode
}

/** https://iceberg.apache.org/spec/#reserved-field-ids: the columns of position delete files. */
const reserved = new Map<number, Primitive>([
  [2_147_483_546, { kind: 'string' }],
  [2_147_483_545, { kind: 'long' }],
])

function typeOf(id: number, fields: ReadonlyMap<number, IndexedField>): Primitive | undefined {
  const type = fields.get(id)?.type
  return typeof type === 'string' ? parsePrimitive(type) : reserved.get(id)
}

function invalid(file: NewFile, what: string): Error {
  return TableErrors.InvalidChange(`${file.location} ${what}`, { file: file.location })
}
