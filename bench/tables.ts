import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  formatTableMetadata,
  parseFilter,
  planScan,
  chooseSnapshot,
  currentSchema,
  type NewFile,
  type TableMetadata,
} from '#catalog/tables'
import { accountId, makeTable, openTables, type OpenTables, type TestTable } from '#test/tables'
import type { Benchmark } from './benchmark.ts'
import type { Table } from './table.ts'

const commits = 200
const histories = [1, 1_000, 10_000]
const fileCounts = [100, 10_000, 100_000]

/** The catalog's own part of a commit and of a plan: no wire, no data. Durable as always. */
export const benchmark: Benchmark = {
  title: 'Iceberg tables: commits, loading and planning as a table grows',
  async run() {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    const lake = await openTables(folder)
    try {
      return [await committing(lake), await byHistory(lake), await planning(lake)]
    } finally {
      await lake[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    }
  },
}

async function committing(lake: OpenTables): Promise<Table> {
  const rates: number[] = []
  for (const writers of [1, 16]) {
    const table = await makeTable(lake)
    await append(lake, table, 1)
    const start = performance.now()
    const each = Math.ceil(commits / writers)
    const writing = Array.from({ length: writers }, async () => {
      for (let at = 0; at < each; at++) await append(lake, table, 1)
    })
    await Promise.all(writing)
    rates.push((writers * each * 1000) / (performance.now() - start))
  }
  return {
    title: 'appends a second, none failing',
    columns: ['1 writer', '16 writers'],
    better: 'greater',
    rows: [{ name: 'changeSnapshot', values: rates, note: 'manifest, list, metadata, pointer' }],
  }
}

async function byHistory(lake: OpenTables): Promise<Table> {
  const [appending, loading, reading]: [number[], number[], number[]] = [[], [], []]
  for (const snapshots of histories) {
    const table = await withHistory(lake, snapshots)
    await append(lake, table, 1)
    const cpu = process.cpuUsage()
    for (let at = 0; at < 50; at++) await append(lake, table, 1)
    const { user, system } = process.cpuUsage(cpu)
    appending.push((user + system) / 50_000)
    loading.push(await timed(50, () => lake.tables.load(table.ref)))
    reading.push(await timed(50, () => lake.metastore.getTable({ ...table.ref, database: 'db' })))
  }
  return {
    title: 'milliseconds, by snapshots in the history',
    columns: histories.map((count) => count.toLocaleString('en')),
    better: 'smaller',
    rows: [
      { name: 'append', values: appending, note: 'processor time' },
      { name: 'load', values: loading },
      { name: 'the record alone', values: reading },
    ],
  }
}

async function planning(lake: OpenTables): Promise<Table> {
  const [all, few, cold]: [number[], number[], number[]] = [[], [], []]
  for (const files of fileCounts) {
    const table = await makeTable(lake, { 'commit.manifest-merge.enabled': 'false' })
    for (let left = files; left > 0; left -= 5_000) {
      await append(lake, table, Math.min(left, 5_000), files - left)
    }
    const { metadata } = await lake.tables.load(table.ref)
    const plan = async (source: ReturnType<OpenTables['manifests']['sourceFor']>, id?: bigint) => {
      const filter =
        id === undefined
          ? undefined
          : parseFilter({ type: 'eq', term: 'id', value: id }, currentSchema(metadata))
      const { files: found } = await planScan({
        metadata,
        snapshot: chooseSnapshot(metadata),
        source,
        ...(filter ? { filter } : {}),
      })
      if (id !== undefined && found.length !== 1) throw new Error(`${found.length} files`)
    }
    const { ManifestCache } = await import('#catalog/tables')
    cold.push(await timed(1, () => plan(new ManifestCache(lake.files).sourceFor(accountId), 5n)))
    const source = lake.manifests.sourceFor(accountId)
    await plan(source)
    few.push(await timed(5, () => plan(source, 5n)))
    all.push(await timed(5, () => plan(source)))
  }
  return {
    title: 'milliseconds to plan, by data files',
    columns: fileCounts.map((count) => count.toLocaleString('en')),
    better: 'smaller',
    rows: [
      { name: 'one file of all', values: few, note: 'manifests cached' },
      { name: 'every file', values: all, note: 'manifests cached' },
      { name: 'one file of all, first time', values: cold, note: 'manifests read' },
    ],
  }
}

/** A table whose metadata names so many earlier snapshots; their files are not there, and nobody asks for them. */
async function withHistory(lake: OpenTables, count: number): Promise<TestTable> {
  const table = await makeTable(lake)
  if (count === 1) return table
  await append(lake, table, 1)
  const { metadata } = await lake.tables.load(table.ref)
  const [last] = metadata.snapshots
  const earlier = Array.from({ length: count - 1 }, (_, at) => ({
    ...last!,
    'snapshot-id': 8_000_000_000_000_000_000n + BigInt(at) * 1_000_003n,
    'sequence-number': 0,
    'timestamp-ms': last!['timestamp-ms'] - 1000 * (count - at),
    'manifest-list': last!['manifest-list'].replace(/snap-\d+/, `snap-${at}`),
  }))
  const grown: TableMetadata = {
    ...metadata,
    snapshots: [...earlier, last!],
    'snapshot-log': [
      ...earlier.map((snapshot) => ({
        'snapshot-id': snapshot['snapshot-id'],
        'timestamp-ms': snapshot['timestamp-ms'],
      })),
      ...metadata['snapshot-log'],
    ],
  }
  const location = `${table.location}/metadata/00009-grown.metadata.json`
  const key = location.slice('s3://lake/'.length)
  await lake.objects.put(
    { accountId, bucket: 'lake', key },
    Buffer.from(formatTableMetadata(grown)),
  )
  await lake.tables.register(table.ref, location, { overwrite: true, createdBy: 'bench' })
  return table
}

let number = 0

async function append(
  lake: OpenTables,
  table: TestTable,
  count: number,
  first = number,
): Promise<void> {
  const added = Array.from({ length: count }, (_, at): NewFile => {
    const id = BigInt(first + at)
    return {
      location: `${table.location}/data/part-${number++}.parquet`,
      specId: 0,
      partition: [],
      recordCount: 1000,
      sizeBytes: 100_000,
      metrics: {
        valueCounts: new Map([
          [1, 1000],
          [2, 1000],
        ]),
        nullCounts: new Map([
          [1, 0],
          [2, 10],
        ]),
        lowerBounds: new Map([[1, id]]),
        upperBounds: new Map([[1, id]]),
      },
    }
  })
  await lake.tables.changeSnapshot(table.ref, { change: { kind: 'append', added } }, 'bench')
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  for (let at = 0; at < count; at++) await work()
  return (performance.now() - start) / count
}
