import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { dataFolder, parseLocation, type NewFile } from '#catalog/tables'
import { ManualClock, silentLogger, systemClock, uuid } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
import { FileSchemas } from '#processing/iceberg'
import { cleanExpired, compact, expireSnapshots, migrations } from '#processing/maintenance'
import { accountId, changeTable, makeTable, openTables } from '#test/tables'
import type { Benchmark } from './benchmark.ts'
import { startDuckdb } from './duckdb.ts'

const files = 64
const rowsPerFile = 50_000
const snapshots = 500

/** Compaction against DuckDB's plain rewrite of the same files, and expiry with all that goes with it. */
export const benchmark: Benchmark = {
  title: `maintenance of Iceberg tables: ${files} files of ${rowsPerFile.toLocaleString('en')} rows; ${snapshots} snapshots`,
  async run() {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    const threads = availableParallelism()
    const lake = await openTables(folder, migrations)
    try {
      await using engine = createDuckdbEngine({
        folder: join(folder, 'engine'),
        processes: 1,
        threads,
        log: silentLogger(),
      })
      await using plain = startDuckdb(threads)
      const { signal } = new AbortController()
      const clock = new ManualClock(systemClock.now())
      const parts = {
        ...lake,
        clock,
        log: silentLogger(),
        engine,
        schemas: new FileSchemas(engine),
      }
      const table = await makeTable(lake)
      const { metadata } = await lake.tables.load(table.ref)
      const source = join(folder, 'source')
      await mkdir(source)
      const paths: string[] = []
      for (let at = 0; at < files; at++) {
        const path = join(lake.objects.temporaryFolder, `f${at}.parquet`)
        await plain.run([
          `COPY (SELECT range + ${at * rowsPerFile} AS id, 'part ' || (range % 1000) AS part FROM range(${rowsPerFile})) TO '${path}' (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {id: 1, part: 2})`,
          `COPY (FROM '${path}') TO '${join(source, `f${at}.parquet`)}' (FORMAT parquet, COMPRESSION zstd)`,
        ])
        paths.push(path)
      }
      const added: NewFile[] = []
      for (const path of paths) {
        const { size } = await stat(path)
        const location = `${dataFolder(metadata)}/${uuid()}.parquet`
        const blob = await lake.objects.stageFile(path, { accountId, ...parseLocation(location) })
        added.push({
          location,
          blob,
          specId: 0,
          partition: [],
          recordCount: rowsPerFile,
          sizeBytes: size,
        })
      }
      await changeTable(lake, table, { kind: 'append', added })
      // Both processes are up.
      await engine.run({ statements: ['SELECT 1'] })
      const started = performance.now()
      const done = await compact(parts, table.ref, signal)
      const ours = performance.now() - started
      if (done.filesRewritten !== files) throw new Error('not all was rewritten')
      const limit = await timed(() =>
        plain.run([
          `COPY (FROM read_parquet('${source}/*.parquet')) TO '${join(folder, 'all.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
        ]),
      )

      const history = await makeTable(lake)
      for (let at = 0; at < snapshots; at++) {
        const file: NewFile = {
          location: `${history.location}/data/${at}.parquet`,
          specId: 0,
          partition: [],
          recordCount: 1,
          sizeBytes: 1,
        }
        await changeTable(lake, history, { kind: 'append', added: [file] })
      }
      clock.advance(10 * 86_400_000)
      const expiry = await timed(() => expireSnapshots(parts, history.ref))
      clock.advance(86_400_000)
      const cleaning = await timed(() => cleanExpired(parts, signal))
      return [
        {
          title: 'milliseconds',
          columns: ['compaction'],
          better: 'smaller',
          rows: [
            { name: 'compact', values: [ours], note: 'planned, confined, committed' },
            { name: 'DuckDB alone', values: [limit], note: 'the same bytes, read and written' },
          ],
        },
        {
          title: 'milliseconds',
          columns: ['expiry', 'their files'],
          better: 'smaller',
          rows: [{ name: `${snapshots} snapshots`, values: [expiry, cleaning] }],
        },
      ]
    } finally {
      await lake[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    }
  },
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
