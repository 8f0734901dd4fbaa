import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type NewFile, planScan } from '#catalog/tables'
import { type Scan, parseQuery } from '#consumption/sql'
import { silentLogger } from '#kit'
import { type QueryEngine, createDuckdbEngine } from '#processing/engine'
import { type OpenTables, accountId, openTables, region } from '#test/tables'
import { analyze } from '../run-select.ts'
import { icebergFilters, knownFilters } from './filters.ts'
import { type TableSource, isIcebergScan } from './source.ts'

const fileCount = 10_000
const noEngine = {
  run: () => Promise.reject(new Error('the engine is asked')),
} as unknown as QueryEngine
const dayMicros = 86_400_000_000n
/** 2024-01-01 */
const firstDay = 19_723

describe('pruning of Iceberg scans by what a query asks, before any file is opened', () => {
  let folder: string
  let lake: OpenTables
  let engine: QueryEngine
  const ref = { accountId, region, database: 'db' }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-pruning-'))
    lake = await openTables(folder)
    engine = createDuckdbEngine({
      folder: join(folder, 'engine'),
      processes: 1,
      log: silentLogger(),
    })
    await makeEvents()
    await lake.metastore.createTable(ref, hiveTable, 'tester')
  })
  after(async () => {
    await engine.close()
    await lake[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  /** Of ten thousand files, each with a hundred ids and an hour of a day that it is partitioned by. Nothing opens them here. */
  async function makeEvents(): Promise<void> {
    const fields = [
      { id: 1, name: 'id', required: true, type: 'long' },
      { id: 2, name: 'at', required: false, type: 'timestamp' },
      { id: 3, name: 'name', required: false, type: 'string' },
      { id: 4, name: 'price', required: false, type: 'decimal(10, 2)' },
      {
        id: 5,
        name: 'info',
        required: false,
        type: { type: 'struct', fields: [{ id: 7, name: 'n', required: false, type: 'int' }] },
      },
      { id: 6, name: 'good', required: false, type: 'boolean' },
    ]
    const spec = {
      fields: [{ 'source-id': 2, 'field-id': 1000, name: 'day', transform: 'day' }],
    }
    const { metadata } = await lake.tables.create(
      ref,
      {
        name: 'events',
        schema: { type: 'struct', fields },
        partitionSpec: spec,
        properties: {},
      },
      'tester',
    )
    const added = Array.from({ length: fileCount }, (_, at): NewFile => {
      const first = BigInt(at * 100)
      const day = firstDay + Math.floor(at / 24)
      const hour = BigInt(day) * dayMicros + BigInt(at % 24) * (dayMicros / 24n)
      const name = String(at).padStart(5, '0')
      return {
        location: `${metadata.location}/data/${at}.parquet`,
        specId: 0,
        partition: [day],
        recordCount: 100,
        sizeBytes: 1000,
        metrics: {
          valueCounts: new Map([1, 2, 3, 4, 6, 7].map((id) => [id, 100])),
          nullCounts: new Map([1, 2, 3, 4, 6, 7].map((id) => [id, id === 3 && at === 77 ? 1 : 0])),
          lowerBounds: new Map<number, bigint | string | number | boolean>([
            [1, first],
            [2, hour],
            [3, `${name}-a`],
            [4, first],
            [6, at === 5],
            [7, at],
          ]),
          upperBounds: new Map<number, bigint | string | number | boolean>([
            [1, first + 99n],
            [2, hour + dayMicros / 24n - 1n],
            [3, `${name}-z`],
            [4, first + 99n],
            [6, at === 5],
            [7, at],
          ]),
        },
      }
    })
    const change = { kind: 'append', added } as const
    await lake.tables.changeSnapshot({ ...ref, table: 'events' }, { change }, 'tester')
  }

  const hiveTable = {
    name: 'plain',
    tableType: 'EXTERNAL_TABLE',
    storage: { columns: [{ name: 'id', type: 'bigint' }], location: 's3://lake/plain' },
  }

  /** How many files each scan of the query would open. */
  async function opened(sql: string): Promise<readonly number[]> {
    const context = { accountId, region, database: 'db' }
    const { metastore, tables } = lake
    const { signal } = new AbortController()
    const analysis = await analyze(parseQuery(sql).query, [], {
      metastore,
      tables,
      engine,
      signal,
      context,
      startMs: Date.UTC(2024, 0, 3),
    })
    const filters = await icebergFilters(analysis, { engine, signal })
    // Of a query that was asked before, the engine is not asked.
    const known = { knownFilters: knownFilters() }
    await icebergFilters(analysis, { engine, signal, ...known })
    const again = await icebergFilters(analysis, { engine: noEngine, signal, ...known })
    assert.deepEqual(again, filters)
    const counts: number[] = []
    for (const scan of analysis.scans as readonly Scan<TableSource>[]) {
      if (!isIcebergScan(scan)) continue
      const { metadata, snapshot } = scan.source
      const source = lake.manifests.sourceFor(accountId)
      const filter = filters.get(scan.id)
      const plan = await planScan({ metadata, snapshot, source, filter })
      counts.push(plan.files.length)
    }
    return counts
  }

  const cases: readonly (readonly [string, string, readonly number[]])[] = [
    ['an equality', `SELECT * FROM events WHERE id = 12345`, [1]],
    ['IN', `SELECT * FROM events WHERE id IN (1, 250000, 999999)`, [3]],
    ['a long IN', `SELECT * FROM events WHERE id IN (1,2,3,4,5,101,102,103,104,200001)`, [3]],
    ['OR', `SELECT * FROM events WHERE id = 5 OR (id = 777777 AND name > '0')`, [2]],
    ['OR of two columns', `SELECT * FROM events WHERE id = 5 OR name = '00009-b'`, [2]],
    ['a range', `SELECT * FROM events WHERE id BETWEEN 150 AND 449`, [4]],
    ['NOT', `SELECT * FROM events WHERE NOT (id >= 150)`, [2]],
    ['a decimal', `SELECT * FROM events WHERE price = 1.50`, [1]],
    ['the beginning of text', `SELECT * FROM events WHERE name LIKE '00042%'`, [1]],
    ['starts_with', `SELECT * FROM events WHERE starts_with(name, '00042')`, [1]],
    ['IS NULL', `SELECT * FROM events WHERE name IS NULL`, [1]],
    ['a truth value', `SELECT * FROM events WHERE good`, [1]],
    ['a nested field', `SELECT * FROM events WHERE info.n = 4321`, [1]],
    [
      'a partition by its day',
      `SELECT * FROM events WHERE at >= TIMESTAMP '2024-01-02 00:00:00' AND at < TIMESTAMP '2024-01-02 03:00:00'`,
      [3],
    ],
    [
      'a date of a timestamp',
      `SELECT * FROM events WHERE CAST(at AS date) = DATE '2024-01-02' AND id < 3000`,
      [6],
    ],
    ['date()', `SELECT count(*) FROM events WHERE date(at) = DATE '2024-01-02' AND id < 2500`, [1]],
    [
      'time that is reckoned',
      `SELECT * FROM events WHERE at < current_date - interval '1' day AND at >= localtimestamp - interval '30' hour`,
      [6],
    ],
    [
      'date_trunc',
      `SELECT * FROM events WHERE date_trunc('hour', at) = TIMESTAMP '2024-01-02 05:00:00'`,
      [1],
    ],
    [
      'WITH',
      `WITH a AS (SELECT id, name FROM events), b AS (SELECT * FROM a WHERE id > 5) SELECT count(*) FROM b WHERE id < 310`,
      [4],
    ],
    [
      'a join, both sides',
      `SELECT * FROM events e JOIN events f ON e.id = f.id WHERE e.id = 55555`,
      [1, 1],
    ],
    [
      'a join with another kind of table',
      `SELECT * FROM plain p JOIN events e ON p.id = e.id WHERE p.id = 7`,
      [1],
    ],
    [
      'a left join, the right side by the left',
      `SELECT * FROM events e LEFT JOIN events f ON e.id = f.id AND f.id < 200 WHERE e.id < 100`,
      [1, 1],
    ],
    [
      'a grouping',
      `SELECT * FROM (SELECT id, count(*) c FROM events GROUP BY id) WHERE id = 8`,
      [1],
    ],
    [
      'a union',
      `SELECT id FROM events WHERE id = 1 UNION ALL SELECT id FROM events WHERE id = 101`,
      [1, 1],
    ],
    [
      'a star, where the engine would turn its joins round',
      `SELECT p.id, e.name, sum(f.price) AS total FROM plain p JOIN events e ON p.id = e.id JOIN events f ON e.id = f.id
        WHERE f.good = false AND e.name = '00042-b' AND f.id BETWEEN 4100 AND 4400 GROUP BY p.id, e.name ORDER BY total DESC, e.name LIMIT 10`,
      [1, 4],
    ],
    ['EXISTS', `SELECT 1 WHERE EXISTS (SELECT 1 FROM events WHERE id = 3)`, [1]],
  ]
  for (const [what, sql, counts] of cases) {
    it(`${what}: ${sql}`, async () => {
      assert.deepEqual(await opened(sql), counts)
    })
  }

  it('keeps all that a query may need', async () => {
    assert.deepEqual(await opened('SELECT count(*) FROM events'), [fileCount])
    assert.deepEqual(await opened(`SELECT * FROM events WHERE name LIKE '%7%'`), [fileCount])
    assert.deepEqual(await opened(`SELECT * FROM events WHERE id % 7 = 3 OR id = 2`), [fileCount])
    assert.deepEqual(
      await opened(`SELECT * FROM events e FULL JOIN events f ON e.id = f.id AND e.id = 3`),
      [fileCount, fileCount],
    )
  })
})
