import {
  type Analysis,
  type Expression,
  type Scan,
  type SimplePredicate,
  type WriteStatement,
  printedSql,
  typeText,
} from '#consumption/sql'
import { type LakeError, isLakeError } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import { engineFailure } from '../engine-failure.ts'
import { analyze, copyTask, makeOutputFolder, planScans, sizeOf } from '../run-select.ts'
import { type TextResult, textResult } from '../statements/text-result.ts'
import { type WriteParts, checkWrite } from '../writes/run-write.ts'
import { type PlanNode, planOf } from './plan.ts'
import { type Plan, type PlannedSource, graphvizLines, jsonLines, textLines } from './render.ts'
import type { Explain } from './statement.ts'

export interface Explained {
  readonly result: TextResult
  /** What was read, by EXPLAIN ANALYZE alone. */
  readonly scannedBytes: number
}

/** Tells how a query would be run; with ANALYZE runs it, and tells what each step took. */
export async function runExplain(
  explain: Explain,
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<Explained> {
  await using held = new AsyncDisposableStack()
  const analysis = await analyze(explain.query.query, parameters, parts)
  if (explain.write) await checkWrite(explain.write, analysis, parts)
  if (explain.type === 'VALIDATE') return told('Valid', ['true'])
  const files: TaskFile[] = []
  try {
    const views = await planScans(analysis, files, held, parts)
    const sources = analysis.scans.map((scan) => sourceOf(scan, files))
    if (explain.type === 'IO') return told('Query Plan', ioLines(analysis, sources))
    const folder = await makeOutputFolder(parts.objects, held)
    const items = analysis.columns.map((column, index) => printedSql(`q.c${index}`, column.type))
    const options = explain.analyze ? 'ANALYZE, FORMAT JSON' : 'FORMAT JSON'
    const sql = `EXPLAIN (${options}) SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`
    const answer = await parts.engine.run(copyTask(views, files, folder, sql), parts.signal)
    const read = planOf(String(answer.rows[0]?.[1] ?? '[]'))
    const root = explain.write ? writerOf(explain.write, read) : read
    const plan: Plan = {
      columns: explain.write
        ? [{ name: 'rows', type: 'bigint' }]
        : analysis.columns.map(({ name, type }) => ({ name, type: typeText(type) })),
      sources,
      root,
      distributed: explain.type === 'DISTRIBUTED',
      ...(explain.analyze
        ? { totals: { elapsedMs: answer.elapsedMs, rows: root.measured?.rows ?? 0 } }
        : {}),
    }
    const lines = { TEXT: textLines, JSON: jsonLines, GRAPHVIZ: graphvizLines }[explain.format]
    return { ...told('Query Plan', lines(plan)), scannedBytes: explain.analyze ? sizeOf(files) : 0 }
  } catch (error) {
    throw isLakeError(error) ? engineFailure(error as LakeError, files) : error
  }
}

/** The steps that write what a plan gives, under Trino's names. */
function writerOf(write: WriteStatement, read: PlanNode): PlanNode {
  const target = write.kind === 'unload' ? write.location : write.table.join('.')
  const step = { descriptor: { target }, estimatedRows: undefined, measured: undefined }
  const writer = { ...step, id: 'writer', name: 'TableWriter', children: [read] }
  return { ...step, id: 'commit', name: 'TableCommit', children: [writer] }
}

function told(column: string, lines: readonly string[]): Explained {
  return { result: textResult([column], lines), scannedBytes: 0 }
}

function sourceOf(scan: Scan, files: readonly TaskFile[]): PlannedSource {
  const own = files.filter((file) => file.name.startsWith(`${scan.id}/`))
  const keys = scan.predicates.flatMap((each) => each.columns.map((column) => column.key))
  return {
    table: `awsdatacatalog.${scan.database}.${scan.name}`,
    files: own.length,
    sizeBytes: sizeOf(own),
    constrainedKeys: [...new Set(keys)],
  }
}

/** What is read, and which values of which keys limit it. */
function ioLines(analysis: Analysis, sources: readonly PlannedSource[]): readonly string[] {
  const inputTableColumnInfos = analysis.scans.map((scan, index) => ({
    table: {
      catalog: 'awsdatacatalog',
      schemaTable: { schema: scan.database, table: scan.name },
    },
    constraint: {
      none: false,
      columnConstraints: scan.predicates.flatMap(({ simple }) => {
        const column = simple && scan.columns.find(({ name }) => name === simple.key)
        if (!column) return []
        const ranges = rangesOf(simple)
        const domain = { nullsAllowed: false, ranges }
        return [{ columnName: column.name, type: typeText(column.type), domain }]
      }),
    },
    estimate: { outputSizeInBytes: sources[index]?.sizeBytes ?? 0 },
  }))
  return JSON.stringify({ inputTableColumnInfos }, undefined, 2).split('\n')
}

function rangesOf({ operator, values }: SimplePredicate) {
  if (operator !== 'between') return values.map((value) => rangeOf(operator, String(value)))
  const [low, high] = values.map((value) => ({ value: String(value), bound: 'EXACTLY' }))
  return [{ low, high }]
}

function rangeOf(operator: string, value: string) {
  const at = (bound: 'EXACTLY' | 'ABOVE' | 'BELOW') => ({ value, bound })
  switch (operator) {
    case '<':
      return { low: { bound: 'ABOVE' }, high: at('BELOW') }
    case '<=':
      return { low: { bound: 'ABOVE' }, high: at('EXACTLY') }
    case '>':
      return { low: at('ABOVE'), high: { bound: 'BELOW' } }
    case '>=':
      return { low: at('EXACTLY'), high: { bound: 'BELOW' } }
    default:
      return { low: at('EXACTLY'), high: at('EXACTLY') }
  }
}
