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
import { spawnBoathouse } from './boathouse.ts'
import { sendLoad, sendOnce } from './load.ts'
import { signedRequest } from './sign.ts'
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
      return [
        await committing(lake),
        ...(await byHistory(lake)),
        ...(await planning(lake)),
        ...(await overTheWire()),
      ]
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

async function byHistory(lake: OpenTables): Promise<readonly Table[]> {
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
  const by = {
    columns: histories.map((count) => count.toLocaleString('en')),
    better: 'smaller',
  } as const
  return [
    {
      ...by,
      title: 'processor milliseconds of an append, by snapshots in the history',
      rows: [{ name: 'changeSnapshot', values: appending }],
    },
    {
      ...by,
      title: 'milliseconds to load a table, by snapshots in the history',
      rows: [
        { name: 'load', values: loading },
        { name: 'the record alone', values: reading },
      ],
    },
  ]
}

/** A table of two columns, asked for over eight connections. */
async function overTheWire(): Promise<readonly Table[]> {
  await using server = await spawnBoathouse()
  const { port } = server
  const rest = (method: string, path: string, body?: object) =>
    signedRequest({
      service: 'glue',
      method,
      path: `/iceberg/v1/${path}`,
      port,
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify(body)),
          }),
    })
  await sendOnce(port, signedRequest({ service: 's3', method: 'PUT', path: '/bench', port }))
  const properties = { location: 's3://bench/db' }
  await sendOnce(port, rest('POST', 'namespaces', { namespace: ['db'], properties }))
  const fields = [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'part', required: false, type: 'string' },
  ]
  const table = { name: 't', schema: { type: 'struct', 'schema-id': 0, fields } }
  await sendOnce(port, rest('POST', 'namespaces/db/tables', table))
  const load = rest('GET', 'namespaces/db/tables/t')
  const get = signedRequest({
    service: 'glue',
    method: 'POST',
    path: '/',
    port,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSGlue.GetTable' },
    body: Buffer.from(JSON.stringify({ DatabaseName: 'db', Name: 't' })),
  })
  const rates: number[] = []
  const latencies: number[] = []
  for (const request of [load, get]) {
    const common = { server, request: () => request, unitsPerRequest: 1, durationMs: 3_000 }
    rates.push((await sendLoad({ ...common, connections: 8 })).perCpuSecond)
    latencies.push(1000 / (await sendLoad({ ...common, connections: 1 })).perSecond)
  }
  const columns = ['loadTable', 'GetTable']
  return [
    {
      title: 'signed requests per processor second',
      columns,
      better: 'greater',
      rows: [{ name: 'a table of two columns', values: rates }],
    },
    {
      title: 'milliseconds, one connection',
      columns,
      better: 'smaller',
      rows: [{ name: 'a table of two columns', values: latencies }],
    },
  ]
}

async function planning(lake: OpenTables): Promise<readonly Table[]> {
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
  const by = {
    columns: fileCounts.map((count) => count.toLocaleString('en')),
    better: 'smaller',
  } as const
  return [
    {
      ...by,
      title: 'milliseconds to plan, by data files, manifests cached',
      rows: [
        { name: 'one file of all', values: few },
        { name: 'every file', values: all },
      ],
    },
    {
      ...by,
      title: 'milliseconds to plan for the first time',
      rows: [{ name: 'one file of all', values: cold, note: 'manifests read' }],
    },
  ]
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
