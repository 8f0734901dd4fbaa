import type { TableRecord } from '#catalog/metastore'
import type { ObjectInfo, Objects } from '#storage/objects'
import { failed } from './failure.ts'
import { parseLocation } from './location.ts'
import type { PlannedPartition } from './partitions.ts'

/** An object that a scan reads. */
export interface PlannedFile {
  readonly object: ObjectInfo
  readonly partition: PlannedPartition | undefined
  /** Where its bytes lie, of an object that is still to be delivered. */
  readonly localPath?: string
}

/** Files that one query reads at most. */
export const filesMax = 50_000
const page = 1000

/** The objects under a table's location, or under those of its partitions. */
export async function filesOf(
  table: TableRecord,
  partitions: readonly PlannedPartition[] | undefined,
  objects: Objects,
  accountId: string,
  signal: AbortSignal,
): Promise<readonly PlannedFile[]> {
  const name = `${table.database}.${table.name}`
  const files: PlannedFile[] = []
  const places = partitions ?? [undefined]
  for (const partition of places) {
    const text = partition ? partition.location : table.storage?.location
    const location = parseLocation(text)
    if (!location) {
      throw failed(
        'HIVE_METASTORE_ERROR',
        `Table '${name}' has no S3 location: ${text ?? '(none)'}`,
      )
    }
    let after: string | undefined
    do {
      const found = await objects.list({ accountId, ...location, after, limit: page })
      for (const object of found.objects) {
        if (isData(object)) files.push({ object, partition })
      }
      after = found.next
      signal.throwIfAborted()
      if (files.length > filesMax) {
        throw failed(
          'NOT_SUPPORTED',
          `the query reads more than ${filesMax} files of table '${name}'`,
        )
      }
    } while (after !== undefined)
  }
  return files
}

/** Names that begin with a dot or an underscore are hidden, as in Hive; folders' own objects are empty. */
export function isData(object: ObjectInfo): boolean {
  const base = object.key.slice(object.key.lastIndexOf('/') + 1)
  return object.sizeBytes > 0 && !/^[._]/.test(base) && !base.endsWith('_$folder$')
}
