import { CatalogErrors } from './errors.ts'
import { encodeValues, keyKind } from './partition-key.ts'
import type { Column } from './records.ts'
import { partitionKeysMax, type CatalogDb, type PartitionColumns } from './schema.ts'

/** Partitions whose keys may be encoded anew in one transaction, when a key's type changes. */
const reencodeMax = 10_000

export function checkPartitionKeys(keys: readonly Column[]): void {
  if (keys.length > partitionKeysMax) {
    throw CatalogErrors.InvalidInput(`A table can have at most ${partitionKeysMax} partition keys.`)
  }
  const names = new Set(keys.map((key) => key.name.toLowerCase()))
  if (names.size !== keys.length) {
    throw CatalogErrors.InvalidInput('Two partition keys have the same name.')
  }
}

/** Every value column of a row: those that the table does not use are NULL. */
export function valueColumns(columns: readonly (string | null)[]): PartitionColumns {
  const all: PartitionColumns = {}
  for (let index = 0; index < partitionKeysMax; index++) all[`p${index}`] = columns[index] ?? null
  return all
}

/** Brings the partitions' keys in line with changed types of the partition keys. */
export async function reencodePartitions(
  db: CatalogDb,
  tableId: number,
  before: readonly Column[],
  after: readonly Column[],
): Promise<void> {
  const kinds = (keys: readonly Column[]) => keys.map((key) => keyKind(key.type) ?? 'text').join()
  if (kinds(before) === kinds(after)) return
  const rows = await db
    .selectFrom('catalog_partitions')
    .select(['key', 'value_list'])
    .where('table_id', '=', tableId)
    .limit(reencodeMax + 1)
    .execute()
  if (rows.length === 0) return
  if (before.length !== after.length) {
    throw CatalogErrors.InvalidInput(
      'The number of partition keys cannot change while the table has partitions.',
    )
  }
  if (rows.length > reencodeMax) {
    throw CatalogErrors.InvalidInput(
      `The type of a partition key cannot change while the table has more than ${reencodeMax} partitions.`,
    )
  }
  const encoded = rows.map((row) => ({
    row,
    now: encodeValues(after, JSON.parse(row.value_list) as string[]),
  }))
  // Two passes, so that a new key never meets an old one that is still to change.
  for (const { row, now } of encoded) {
    await db
      .updateTable('catalog_partitions')
      .set({ ...valueColumns(now.columns), key: `\u0003${now.key}`, segment: now.segment })
      .where('table_id', '=', tableId)
      .where('key', '=', row.key)
      .execute()
  }
  for (const { now } of encoded) {
    await db
      .updateTable('catalog_partitions')
      .set({ key: now.key })
      .where('table_id', '=', tableId)
      .where('key', '=', `\u0003${now.key}`)
      .execute()
  }
  await db
    .deleteFrom('catalog_column_statistics')
    .where('table_id', '=', tableId)
    .where('partition_key', '<>', '')
    .execute()
}
