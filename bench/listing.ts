import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createObjectStore, migrations } from '#storage/objects'
import { median, type Benchmark } from './benchmark.ts'
import type { Row } from './table.ts'

const accountId = '123456789012'
const bucket = 'bench'
const lookups = 50

/** The object store's own time, without the wire: how it grows with the number of a bucket's keys. */
export const benchmark: Benchmark = {
  title:
    'listing a bucket: milliseconds for a page of 1,000 as the number of keys grows (--full: to 10 million)',
  async run({ full }) {
    const sizes = [10_000, 100_000, 1_000_000, ...(full ? [10_000_000] : [])]
    const rows: Row[] = []
    for (const size of sizes) {
      rows.push({ name: `${size.toLocaleString('en')} keys`, values: await measure(size) })
    }
    return [
      {
        title: 'median ms',
        columns: [
          'first page',
          'page in the middle',
          'a prefix',
          'with a delimiter',
          'versions',
          'head',
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
  try {
    await withStore(folder, async (store) => {
      await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
      await store.put({ accountId, bucket, key: 'template' }, Buffer.from('a small object'))
    })
    multiply(path, size)
    let times: readonly number[] = []
    await withStore(folder, async (store) => {
      const middle = keyOf(Math.floor(size / 2))
      const list = (more: object) =>
        timed(() => store.listCurrent({ accountId, bucket, prefix: '', limit: 1000, ...more }))
      times = [
        await list({}),
        await list({ after: middle }),
        await list({ prefix: middle.slice(0, middle.indexOf('/') + 1) }),
        await list({ delimiter: '/' }),
        await timed(() =>
          store.listVersions({ accountId, bucket, prefix: '', limit: 1000 } as never),
        ),
        await timed(() => store.head({ accountId, bucket, key: middle })),
      ]
    })
    return times
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function withStore(
  folder: string,
  work: (store: Awaited<ReturnType<typeof createObjectStore>>) => Promise<void>,
): Promise<void> {
  const log = silentLogger()
  await using database = await openSqliteDatabase({
    path: join(folder, 'lake.db'),
    migrations,
    log,
  })
  const store = await createObjectStore({
    database,
    folder: join(folder, 'objects'),
    clock: systemClock,
    log,
  })
  await work(store)
  await store.close()
}

function keyOf(index: number): string {
  const name = String(index).padStart(9, '0')
  return `folder-${name.slice(0, -3)}/object-${name}`
}

/** One object's row, under many keys: to put them one by one would take hours. */
function multiply(path: string, size: number): void {
  using database = new DatabaseSync(path)
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('object_versions')")
    .all()
    .map(({ name }) => String(name))
  const values = columns.map((name) =>
    name === 'key'
      ? `'folder-' || substr(printf('%09d', n), 1, 6) || '/object-' || printf('%09d', n)`
      : name === 'blob_id'
        ? 'NULL'
        : name,
  )
  database.exec('PRAGMA synchronous = OFF')
  database.exec(`WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${size})
    INSERT INTO object_versions (${columns.join(', ')})
    SELECT ${values.join(', ')} FROM numbers CROSS JOIN object_versions WHERE key = 'template'`)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < lookups; round += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return median(times)
}
