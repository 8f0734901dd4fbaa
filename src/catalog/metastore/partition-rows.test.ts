import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createMetastore } from './create-metastore.ts'
import { migrations } from './migrations.ts'

/** More shapes than stay in memory, a third of them in each of two lists that are read at the same time. */
const count = 1_500

it('partitions have their storage, however many shapes others read meanwhile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-partitions-'))
  await using database = await openSqliteDatabase({
    path: join(folder, 'lake.db'),
    migrations,
    log: silentLogger(),
  })
  const metastore = createMetastore({ database, clock: new ManualClock(1_700_000_000_000) })
  const catalog = { accountId: '000000000001', region: 'eu-west-1' }
  const inDb = { ...catalog, database: 'db' }
  const table = { ...inDb, table: 't' }
  await metastore.createDatabase(catalog, { name: 'db' })
  const partitionKeys = [{ name: 'p', type: 'string' }]
  await metastore.createTable(inDb, { name: 't', partitionKeys }, 'me')
  const names = Array.from({ length: count }, (_, index) => String(index).padStart(4, '0'))
  const inputs = names.map((name) => ({
    values: [name],
    storage: { columns: [{ name: `c${name}`, type: 'int' }], location: `s3://b/${name}/` },
  }))
  for (let at = 0; at < count; at += 100) {
    await metastore.addPartitions(table, inputs.slice(at, at + 100))
  }
  const read = async (from: number, to: number) => {
    const wanted = names.slice(from, to)
    const found = await metastore.getPartitions(
      table,
      wanted.map((name) => [name]),
    )
    assert.deepEqual(
      found.map(({ storage }) => storage?.columns),
      wanted.map((name) => [{ name: `c${name}`, type: 'int' }]),
    )
  }
  // Each list knows some of its shapes and has to read the others, in whose stead those of the other list go.
  for (let round = 0; round < 3; round += 1) {
    await read(0, 600)
    await Promise.all([read(0, 700), read(700, 1_500), read(300, 1_000), read(0, 600)])
  }
  await rm(folder, { recursive: true })
})
