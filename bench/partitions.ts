import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createMetastore, migrations, type Metastore, type TableRef } from '#catalog/metastore'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { encodeValues } from '../src/catalog/metastore/partition-key.ts'
import { median, type Benchmark } from './benchmark.ts'
import type { Row } from './table.ts'

const days = 1_000
const keys = [
  { name: 'day', type: 'date' },
  { name: 'customer', type: 'int' },
]
const lookups = 200

/** The metastore's own time, without the wire: how it grows with the number of a table's partitions. */
export const benchmark: Benchmark = {
  title: 'partitions of one table: look-ups as their number grows (--full: to 10 million)',
  async run({ full }) {
    const sizes = [10_000, 1_000_000, ...(full ? [10_000_000] : [])]
    const rows: Row[] = []
    for (const size of sizes) {
      rows.unshift({ name: `${size.toLocaleString('en')} partitions`, values: await measure(size) })
    }
    return [
      {
        title: 'median ms',
        columns: [
          'one',
          '100 named',
          'a page of 100',
          'a day and ten customers',
          'a day, page of 100',
          'a customer in all days',
          'add one',
        ],
        better: 'smaller',
        rows,
      },
    ]
  },
}

async function measure(size: number): Promise<readonly number[]> {
  const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
  const path = join(folder, 'lake.db')
  const customers = size / days
  try {
    const ref = await fill(path, customers)
    const database = await open(path)
    try {
      return await lookUp(createMetastore({ database, clock: systemClock }), ref, customers)
    } finally {
      await database.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function open(path: string): Promise<Database> {
  return openSqliteDatabase({ path, migrations, log: silentLogger() })
}

/** Makes the table through the metastore, with a partition, and its like directly in the database. */
async function fill(path: string, customers: number): Promise<TableRef> {
  const catalog = { accountId: '000000000000', region: 'us-east-1' }
  const ref = { ...catalog, database: 'd', table: 't' }
  const storage = { location: 's3://b/t/', columns: [{ name: 'id', type: 'bigint' }] }
  const database = await open(path)
  const metastore = createMetastore({ database, clock: systemClock })
  await metastore.createDatabase(catalog, { name: 'd' })
  await metastore.createTable(ref, { name: 't', storage, partitionKeys: keys }, 'bench')
  const first = { ...storage, location: 's3://b/t/first/' }
  await metastore.addPartitions(ref, [{ values: ['1999-01-01', '0'], storage: first }])
  await database.close()

  const db = new DatabaseSync(path)
  const add = db.prepare(`INSERT INTO catalog_partitions
    (table_id, key, segment, value_list, location, shape_id, body, create_time_ms, p0, p1)
    SELECT table_id, ?, ?, ?, ?, shape_id, body, create_time_ms, ?, ? FROM catalog_partitions
    WHERE table_id = ? AND key = ?`)
  const { table_id: table, key: model } = db
    .prepare('SELECT table_id, key FROM catalog_partitions')
    .get() as { table_id: number; key: string }
  for (let day = 0; day < days; day++) {
    db.exec('BEGIN')
    for (let customer = 0; customer < customers; customer++) {
      const values = [dayOf(day), String(customer)]
      const { key, segment, columns } = encodeValues(keys, values)
      const location = `s3://b/t/day=${values[0]}/customer=${customer}/`
      const list = JSON.stringify(values)
      add.run(key, segment, list, location, columns[0]!, columns[1]!, table, model)
    }
    db.exec('COMMIT')
  }
  db.close()
  return ref
}

function dayOf(day: number): string {
  return new Date(Date.UTC(2020, 0, 1) + day * 86_400_000).toISOString().slice(0, 10)
}

async function lookUp(
  metastore: Metastore,
  ref: TableRef,
  customers: number,
): Promise<readonly number[]> {
  // The same places in every run, and far from one another.
  const place = (at: number) => {
    const number = (at * 7_919_957) % (days * customers)
    return [dayOf(number % days), String(Math.floor(number / days))]
  }
  const some = (at: number, count: number) => Array.from({ length: count }, (_, i) => place(at + i))
  const list = (expression: string | undefined, limit: number) =>
    metastore.listPartitions(ref, { limit, expression })
  let added = 0
  return [
    await time((at) => metastore.getPartition(ref, place(at))),
    await time((at) => metastore.getPartitions(ref, some(at * 100, 100))),
    await time(() => list(undefined, 100)),
    await time((at) => list(`day = '${place(at)[0]}' AND customer BETWEEN 0 AND 9`, 100)),
    await time((at) => list(`day = '${place(at)[0]}'`, 100)),
    await time((at) => list(`customer = ${place(at)[1]} AND day >= '2020-01-01'`, 100), 5),
    await time(() => metastore.addPartitions(ref, [{ values: ['1990-01-01', String(added++)] }])),
  ]
}

async function time(work: (at: number) => Promise<unknown>, count = lookups): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const start = performance.now()
    await work(at)
    times.push(performance.now() - start)
  }
  return median(times)
}
