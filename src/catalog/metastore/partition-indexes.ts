import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import type { Column, PartitionIndexInput, TableInput } from './records.ts'
import { checkName, loadTable } from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

type PartitionIndexes = Pick<
  Metastore,
  'createPartitionIndex' | 'listPartitionIndexes' | 'deletePartitionIndex'
>

/** https://docs.aws.amazon.com/glue/latest/dg/partition-indexes.html: at most three on a table. */
const indexesMax = 3

/**
 * Partition indexes as Glue declares them. Every table's partitions are always indexed by all keys in their
 * order and filters are always evaluated in the database, so an index is usable from the moment it is declared.
 */
export function partitionIndexes(database: Database): PartitionIndexes {
  return {
    createPartitionIndex: (ref, input) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const row = await loadTable(db, ref)
        await addPartitionIndexes(db, row.id, keysOf(row.body), [input])
      }),

    listPartitionIndexes: async (ref) => {
      const db = database.tables<CatalogTables>()
      const row = await loadTable(db, ref)
      const types = new Map(keysOf(row.body).map((key) => [key.name.toLowerCase(), key.type]))
      const indexes = await listIndexes(db, row.id)
      return indexes.map((index) => ({
        name: index.name,
        keys: (JSON.parse(index.key_list) as string[]).map((name) => ({
          name,
          type: types.get(name.toLowerCase()) ?? 'string',
        })),
      }))
    },

    deletePartitionIndex: (ref, name) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const row = await loadTable(db, ref)
        const removed = await db
          .deleteFrom('catalog_partition_indexes')
          .where('table_id', '=', row.id)
          .where('name', '=', name)
          .executeTakeFirst()
        if (removed.numDeletedRows > 0n) return
        throw CatalogErrors.PartitionIndexNotFound(
          `Index with the given indexName : ${name} does not exist`,
        )
      }),
  }
}

export async function addPartitionIndexes(
  db: CatalogDb,
  tableId: number,
  keys: readonly Column[],
  inputs: readonly PartitionIndexInput[],
): Promise<void> {
  if (inputs.length === 0) return
  const names = new Set((await listIndexes(db, tableId)).map((index) => index.name))
  for (const input of inputs) {
    checkName('Index name', input.name)
    if (names.has(input.name)) throw CatalogErrors.AlreadyExists('Index already exists.')
    checkKeys(input, keys)
    names.add(input.name)
    if (names.size > indexesMax) {
      throw CatalogErrors.LimitExceeded(`A table can have at most ${indexesMax} partition indexes.`)
    }
    await db
      .insertInto('catalog_partition_indexes')
      .values({ table_id: tableId, name: input.name, key_list: JSON.stringify(input.keys) })
      .execute()
  }
}

function checkKeys(input: PartitionIndexInput, keys: readonly Column[]): void {
  const known = new Set(keys.map((key) => key.name.toLowerCase()))
  if (input.keys.length === 0) throw CatalogErrors.InvalidInput('A partition index needs a key.')
  for (const key of input.keys) {
    if (known.has(key.toLowerCase())) continue
    throw CatalogErrors.InvalidInput(`Index key '${key}' is not a partition key of the table.`)
  }
}

function keysOf(body: string): readonly Column[] {
  return (JSON.parse(body) as TableInput).partitionKeys ?? []
}

async function listIndexes(db: CatalogDb, tableId: number) {
  return db
    .selectFrom('catalog_partition_indexes')
    .selectAll()
    .where('table_id', '=', tableId)
    .orderBy('name')
    .execute()
}
