import { performance } from 'node:perf_hooks'
import type { BenchAthena } from './athena.ts'
import { median } from './benchmark.ts'
import type { PlainDuckdb } from './duckdb.ts'
import { progress } from './progress.ts'
import type { Table } from './table.ts'

/** One text over the same files: as Athena's tables, and as files of DuckDB. */
export interface Compared {
  readonly name: string
  readonly onTables: string
  readonly onFiles: string
}

/** Large data take long, so that one round more says little more. */
export function roundsAt(scale: number): number {
  return scale >= 5 ? 1 : 3
}

/** What an engine may have of the machine's memory, in MiB: by default Boathouse's own bound, more for what is large. */
export function memoryMibAt(scale: number): number {
  return scale >= 5 ? 8192 : 2048
}

/**
 * Runs each query through the API, from the call to the first page, and in DuckDB alone. The first run of each is not counted: its
 * answers are held against each other.
 */
export async function sideBySide(
  plain: PlainDuckdb,
  athena: BenchAthena,
  queries: readonly Compared[],
  { title, rounds }: { readonly title: string; readonly rounds: number },
): Promise<readonly Table[]> {
  const ours: Cost[] = []
  const theirs: Cost[] = []
  for (const { name, onTables, onFiles } of queries) {
    progress(`${title}: ${name}`)
    checkSame(name, await athena.rows(onTables), await plain.rows(onFiles))
    ours.push(await costOf(() => athena.query(onTables), athena.server.cpuSecondsOfAll, rounds))
    theirs.push(await costOf(() => plain.run([onFiles]), plain.cpuSeconds, rounds))
  }
  const ratio = (of: (own: Cost, other: Cost) => number) =>
    median(ours.map((own, index) => of(own, theirs[index]!))).toFixed(2)
  const less = (ms: number) => ratio((own, other) => Math.max(0, own.ms - ms) / other.ms)
  const columns = queries.map(({ name }) => name)
  const better = 'smaller' as const
  return [
    {
      title: `${title}; the median of (Athena - 15 ms) / DuckDB is ${less(15)}, of Athena / DuckDB ${less(0)}`,
      columns,
      better,
      rows: [
        { name: 'Athena API', values: ours.map(({ ms }) => ms), note: 'to the first page' },
        { name: 'DuckDB alone', values: theirs.map(({ ms }) => ms), note: 'kept open' },
      ],
    },
    {
      title: `the same in milliseconds of processor time; the median of Athena / DuckDB is ${ratio((own, other) => own.cpuMs / other.cpuMs)}`,
      columns,
      better,
      rows: [
        {
          name: 'Athena API',
          values: ours.map(({ cpuMs }) => cpuMs),
          note: 'the server and the engine',
        },
        { name: 'DuckDB alone', values: theirs.map(({ cpuMs }) => cpuMs) },
      ],
    },
  ]
}

interface Cost {
  /** The median. */
  readonly ms: number
  /** The mean: the clock of processor time is coarse. */
  readonly cpuMs: number
}

async function costOf(
  work: () => Promise<unknown>,
  cpuSeconds: () => number,
  rounds: number,
): Promise<Cost> {
  const times: number[] = []
  const before = cpuSeconds()
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return { ms: median(times), cpuMs: (1000 * (cpuSeconds() - before)) / rounds }
}

type Rows = readonly (readonly (string | null | undefined)[])[]

/** Athena's means of decimals have the digits of the decimals, DuckDB's are doubles. */
const roundingMax = 0.006

function checkSame(name: string, ours: Rows, theirs: Rows): void {
  const differs = theirs
    .slice(0, ours.length)
    .findIndex((row, index) => !row.every((cell, column) => isSame(ours[index]![column], cell)))
  if (theirs.length >= ours.length && differs < 0 && (ours.length > 0 || theirs.length === 0))
    return
  const shown = (rows: Rows) => `${rows.length} rows, ${JSON.stringify(rows[Math.max(0, differs)])}`
  throw new Error(`${name}: Athena gave ${shown(ours)}, DuckDB ${shown(theirs)}`)
}

function isSame(one: string | null | undefined, other: string | null | undefined): boolean {
  if ((one ?? null) === (other ?? null)) return true
  const [left, right] = [Number(one ?? 'NaN'), Number(other ?? 'NaN')]
  return Math.abs(left - right) <= roundingMax + 1e-9 * Math.abs(right)
}
