import { parsePrimitive } from '../format/primitives.ts'
import { indexFields } from '../format/schema.ts'
import type { TableMetadata } from '../format/types.ts'
import type { ContentFile } from '../scan/manifest.ts'
import { bindSpec } from '../scan/partitions.ts'
import { fromAvro, fromBytes, type Value } from '../scan/values.ts'
import type { NewFile } from './snapshot-change.ts'

/** A file that the table has in some snapshot, to be added to another as it lies there. */
export function asNewFile(metadata: TableMetadata, file: ContentFile): NewFile {
  const { metrics } = file
  const types = new Map<number, string>()
  for (const schema of metadata.schemas) {
    for (const [id, { type }] of indexFields(schema)) {
      if (typeof type === 'string') types.set(id, type)
    }
  }
  const bounds = (given: ReadonlyMap<number, Buffer>) => {
    const values = new Map<number, Value>()
    for (const [id, bytes] of given) {
      const type = types.get(id)
      const value = type === undefined ? undefined : fromBytes(parsePrimitive(type), bytes)
      if (value !== undefined) values.set(id, value)
    }
    return values
  }
  return {
    content: file.content,
    location: file.path,
    format: file.format as NonNullable<NewFile['format']>,
    specId: file.specId,
    partition: partitionValues(metadata, file),
    recordCount: file.recordCount,
    sizeBytes: file.sizeBytes,
    metrics: {
      columnSizes: metrics.columnSizes,
      valueCounts: metrics.valueCounts,
      nullCounts: metrics.nullCounts,
      nanCounts: metrics.nanCounts,
      lowerBounds: bounds(metrics.lowerBounds),
      upperBounds: bounds(metrics.upperBounds),
    },
    ...(file.splitOffsets === undefined ? {} : { splitOffsets: file.splitOffsets }),
    ...(file.sortOrderId === undefined ? {} : { sortOrderId: file.sortOrderId }),
  }
}

/** The partition of a file, by the order of its spec's fields. */
export function partitionValues(
  metadata: TableMetadata,
  { specId, partition }: Pick<ContentFile, 'specId' | 'partition'>,
): NewFile['partition'] {
  return bindSpec(metadata, specId).map(({ type }, at) => fromAvro(type, partition[at]))
}
