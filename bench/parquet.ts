import { createWriteStream } from 'node:fs'
import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { silentLogger } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
import { median, type Benchmark } from './benchmark.ts'
import { startDuckdb } from './duckdb.ts'
import type { Row } from './table.ts'

const rounds = 5
const sizes = [
  { name: '500 rows', rows: 500 },
  { name: '20,000 rows', rows: 20_000 },
  { name: '200,000 rows', rows: 200_000 },
]
const columns =
  "{id: 'BIGINT', name: 'VARCHAR', city: 'VARCHAR', seen: 'TIMESTAMP', price: 'DOUBLE', count: 'INTEGER', ok: 'BOOLEAN', note: 'VARCHAR', code: 'VARCHAR'}"

/** Lines of JSON to a Parquet file, with the columns told: what a delivery does with each batch. */
export const benchmark: Benchmark = {
  title: 'JSON to Parquet: milliseconds from the call to the finished file',
  async run() {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    const threads = availableParallelism()
    try {
      await using engine = createDuckdbEngine({
        folder: join(folder, 'engine'),
        processes: 1,
        threads,
        log: silentLogger(),
      })
      await using plain = startDuckdb(threads)
      const ours: number[] = []
      const limit: number[] = []
      for (const { rows } of sizes) {
        const input = join(folder, `${rows}.json`)
        await pipeline(Readable.from(lines(rows)), createWriteStream(input))
        const outputFolder = join(folder, `out-${rows}`)
        await mkdir(outputFolder)
        ours.push(
          await timed(() =>
            engine.run({
              inputs: [{ name: 'in.json', path: input }],
              outputFolder,
              statements: [copy('{in}/in.json', '{out}/out.parquet')],
            }),
          ),
        )
        limit.push(await timed(() => plain.run([copy(input, join(folder, 'plain.parquet'))])))
      }
      const rows: Row[] = [
        { name: 'engine', values: ours, note: 'a confined process, files linked' },
        { name: 'DuckDB alone', values: limit, note: 'no confinement' },
      ]
      return [
        {
          title: `9 columns, ${threads} threads`,
          columns: sizes.map((size) => size.name),
          better: 'smaller',
          rows,
        },
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

function copy(from: string, to: string): string {
  return `COPY (SELECT * FROM read_json('${from}', format = 'newline_delimited', columns = ${columns})) TO '${to}' (FORMAT parquet, COMPRESSION snappy)`
}

/** The median, after one run that does not count. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const started = performance.now()
    await work()
    if (round > 0) times.push(performance.now() - started)
  }
  return median(times)
}

function* lines(rows: number): Generator<string> {
  for (let id = 0; id < rows; id += 1) {
    yield `${JSON.stringify({
      id,
      name: `customer number ${id * 7919}`,
      city: ['Berlin', 'Lyon', 'Porto', 'Oslo'][id % 4],
      seen: new Date(1.7e12 + id * 1000).toISOString(),
      price: (id % 1000) / 7,
      count: id % 13,
      ok: id % 3 === 0,
      note: 'a note of some length that says nothing at all',
      code: (id * 2654435761).toString(36),
    })}\n`
  }
}
