import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { checkPage } from './paging.ts'
import { encodeValues } from './partition-key.ts'
import {
  encodePartition,
  insertPartitions,
  partitionReader,
  presentKeys,
  type EncodedPartition,
} from './partition-rows.ts'
import { scanPartitions } from './partition-scan.ts'
import type { Column, PartitionRecord, TableInput, TableRef } from './records.ts'
import { loadTable } from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

type Partitions = Pick<
  Metastore,
  | 'addPartitions'
  | 'getPartition'
  | 'getPartitions'
  | 'listPartitions'
  | 'updatePartition'
  | 'deletePartitions'
>

export function partitions(database: Database, clock: Clock): Partitions {
  const read = () => database.tables<CatalogTables>()
  const toRecords = partitionReader()
  const within = <R>(
    tx: Transaction | undefined,
    work: (db: CatalogDb) => Promise<R>,
  ): Promise<R> =>
    tx ? work(tx.tables()) : database.transaction((own) => work(own.tables<CatalogTables>()))

  const find = async (
    ref: TableRef,
    values: readonly (readonly string[])[],
  ): Promise<readonly PartitionRecord[]> => {
    const db = read()
    const { id, keys } = await loadKeys(db, ref)
    const wanted = values.map((one) => encodeKey(keys, one))
    const rows: CatalogTables['catalog_partitions'][] = []
    for (let at = 0; at < wanted.length; at += 500) {
      const found = await db
        .selectFrom('catalog_partitions')
        .selectAll()
        .where('table_id', '=', id)
        .where('key', 'in', wanted.slice(at, at + 500))
        .execute()
      rows.push(...found)
    }
    const byKey = new Map(rows.map((row) => [row.key, row]))
    return toRecords(
      db,
      wanted.map((key) => byKey.get(key)).filter((row) => row !== undefined),
    )
  }

  return {
    addPartitions: (ref, inputs, tx) =>
      within(tx, async (db) => {
        const { id, keys } = await loadKeys(db, ref)
        const encoded = inputs.map((input) => {
          checkValues(keys, input.values)
          return encodePartition(keys, input)
        })
        const taken = await presentKeys(
          db,
          id,
          encoded.map((partition) => partition.encoded.key),
        )
        const added: EncodedPartition[] = []
        const existing: (readonly string[])[] = []
        for (const partition of encoded) {
          if (taken.has(partition.encoded.key)) existing.push(partition.input.values)
          else added.push(partition)
          taken.add(partition.encoded.key)
        }
        await insertPartitions(db, id, added, clock.now())
        return { existing }
      }),

    getPartition: async (ref, values) => {
      const [found] = await find(ref, [values])
      if (found) return found
      throw notFound(values)
    },

    getPartitions: find,

    listPartitions: async (ref, page) => {
      checkPage(page)
      checkSegment(page.segment)
      const db = read()
      const { id, keys } = await loadKeys(db, ref)
      const { rows, nextToken } = await scanPartitions(db, id, keys, page)
      return { items: await toRecords(db, rows), nextToken }
    },

    updatePartition: (ref, values, input, tx) =>
      within(tx, async (db) => {
        const { id, keys } = await loadKeys(db, ref)
        checkValues(keys, input.values)
        const oldKey = encodeKey(keys, values)
        const now = encodePartition(keys, input)
        const row = await db
          .selectFrom('catalog_partitions')
          .select('create_time_ms')
          .where('table_id', '=', id)
          .where('key', '=', oldKey)
          .executeTakeFirst()
        if (!row) throw notFound(values)
        const moves = now.encoded.key !== oldKey
        if (moves && (await presentKeys(db, id, [now.encoded.key])).size > 0) {
          throw CatalogErrors.AlreadyExists('Partition already exists.')
        }
        await deleteKeys(db, id, [oldKey])
        await insertPartitions(db, id, [now], row.create_time_ms)
        if (moves) await deleteStatistics(db, id, [oldKey])
      }),

    deletePartitions: (ref, values) =>
      within(undefined, async (db) => {
        const { id, keys } = await loadKeys(db, ref)
        const wanted = values.map((one) => ({ one, key: encodeKey(keys, one) }))
        const all = wanted.map(({ key }) => key)
        const present = await presentKeys(db, id, all)
        await deleteKeys(db, id, [...present])
        await deleteStatistics(db, id, [...present])
        return { missing: wanted.filter(({ key }) => !present.has(key)).map(({ one }) => one) }
      }),
  }
}

async function loadKeys(
  db: CatalogDb,
  ref: TableRef,
): Promise<{ readonly id: number; readonly keys: readonly Column[] }> {
  const row = await loadTable(db, ref)
  return { id: row.id, keys: (JSON.parse(row.body) as TableInput).partitionKeys ?? [] }
}

export function encodeKey(keys: readonly Column[], values: readonly string[]): string {
  checkValues(keys, values)
  return encodeValues(keys, values).key
}

function checkValues(keys: readonly Column[], values: readonly string[]): void {
  if (values.length !== keys.length) {
    throw CatalogErrors.InvalidInput(
      'The number of partition keys do not match the number of partition values',
      { keys: keys.length, values: values.length },
    )
  }
  if (values.some((value) => value.length > 1024)) {
    throw CatalogErrors.InvalidInput('A partition value can have at most 1024 characters.')
  }
}

function checkSegment(segment: { readonly number: number; readonly total: number } | undefined) {
  if (!segment) return
  const { number, total } = segment
  if (total < 1 || total > 10 || number < 0 || number >= total) {
    throw CatalogErrors.InvalidInput('The segment number must be less than the total, 10 at most.')
  }
}

function notFound(values: readonly string[]): Error {
  return CatalogErrors.PartitionNotFound('Cannot find partition.', { values })
}

async function deleteKeys(db: CatalogDb, tableId: number, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += 500) {
    await db
      .deleteFrom('catalog_partitions')
      .where('table_id', '=', tableId)
      .where('key', 'in', keys.slice(at, at + 500))
      .execute()
  }
}

async function deleteStatistics(
  db: CatalogDb,
  tableId: number,
  keys: readonly string[],
): Promise<void> {
  for (let at = 0; at < keys.length; at += 500) {
    await db
      .deleteFrom('catalog_column_statistics')
      .where('table_id', '=', tableId)
      .where('partition_key', 'in', keys.slice(at, at + 500))
      .execute()
  }
}
