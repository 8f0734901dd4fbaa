import {
  type Analysis,
  type Expression,
  type Scan,
  type SimplePredicate,
  printedSql,
  typeText,
} from '#consumption/sql'
import { type LakeError, isLakeError, unreachable } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import { engineFailure } from '../engine-failure.ts'
import { analyzeRowChange } from '../iceberg/changes/run-row-change.ts'
import { analyze, copyTask, makeOutputFolder, planScans, sizeOf } from '../run-select.ts'
import { type TextResult, textResult } from '../statements/text-result.ts'
import { type WriteParts, checkWrite } from '../writes/run-write.ts'
import { type PlanNode, planOf } from './plan.ts'
import { type Plan, type PlannedSource, graphvizLines, jsonLines, textLines } from './render.ts'
import type { Explain, Explained } from './statement.ts'

export interface ExplainResult {
  readonly result: TextResult
  /** What was read, by EXPLAIN ANALYZE alone. */
  readonly scannedBytes: number
}

/**
 * Tells how a statement would be run; with ANALYZE runs its query, and tells what each step took. What the statement writes is not
 * written here.
 */
export async function runExplain(
  explain: Explain,
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<ExplainResult> {
  await using held = new AsyncDisposableStack()
  const { explained } = explain
  const analysis = await analysisOf(explained, parameters, parts)
  if (explain.type === 'VALIDATE') return told('Valid', ['true'])
  const files: TaskFile[] = []
  try {
    const views = await planScans(analysis, files, held, parts)
    const sources = analysis.scans.map((scan) => sourceOf(scan, views.filesOf.get(scan.id) ?? []))
    if (explain.type === 'IO')
      return told('Query Plan', ioLines(analysis, sources, explained, parts.context.database))
    const folder = await makeOutputFolder(parts.objects, held)
    const items = analysis.columns.map((column, index) => printedSql(`q.c${index}`, column.type))
    const options = explain.analyze ? 'ANALYZE, FORMAT JSON' : 'FORMAT JSON'
    const sql = `EXPLAIN (${options}) SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`
    const answer = await parts.engine.run(copyTask(views, files, folder, sql), parts.signal)
    const read = planOf(String(answer.rows[0]?.[1] ?? '[]'))
    const plan: Plan = {
      columns:
        explained.kind === 'query'
          ? analysis.columns.map(({ name, type }) => ({ name, type: typeText(type) }))
          : [{ name: 'rows', type: 'bigint' }],
      sources,
      root: withWriter(explained, read),
      distributed: explain.type === 'DISTRIBUTED',
      ...(explain.analyze
        ? { totals: { elapsedMs: answer.elapsedMs, rows: read.measured?.rows ?? 0 } }
        : {}),
    }
    const lines = { TEXT: textLines, JSON: jsonLines, GRAPHVIZ: graphvizLines }[explain.format]
    return { ...told('Query Plan', lines(plan)), scannedBytes: explain.analyze ? sizeOf(files) : 0 }
  } catch (error) {
    throw isLakeError(error) ? engineFailure(error as LakeError, files) : error
  }
}

async function analysisOf(
  explained: Explained,
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<Analysis> {
  switch (explained.kind) {
    case 'query':
      return analyze(explained.query, parameters, parts)
    case 'write': {
      const analysis = await analyze(explained.write.query, parameters, parts)
      await checkWrite(explained.write, analysis, parts)
      return analysis
    }
    case 'change':
      return analyzeRowChange(explained.change, parameters, parts)
    default:
      return unreachable(explained)
  }
}

/** With the steps that write what a plan gives, under Trino's names. */
function withWriter(explained: Explained, read: PlanNode): PlanNode {
  if (explained.kind === 'query') return read
  const step = { estimatedRows: undefined, measured: undefined }
  const target = targetOf(explained)
  const name = explained.kind === 'change' ? 'MergeWriter' : 'TableWriter'
  const writer = { ...step, descriptor: { target }, id: 'writer', name, children: [read] }
  return { ...step, descriptor: { target }, id: 'commit', name: 'TableCommit', children: [writer] }
}

function targetOf(explained: Exclude<Explained, { kind: 'query' }>): string {
  if (explained.kind === 'change') return explained.change.table.join('.')
  const { write } = explained
  return write.kind === 'unload' ? write.location : write.table.join('.')
}

function told(column: string, lines: readonly string[]): ExplainResult {
  return { result: textResult([column], lines), scannedBytes: 0 }
}

function sourceOf(scan: Scan, own: readonly TaskFile[]): PlannedSource {
  const keys = scan.predicates.flatMap((each) => each.columns.map((column) => column.key))
  return {
    table: `awsdatacatalog.${scan.database}.${scan.name}`,
    files: own.length,
    sizeBytes: sizeOf(own),
    constrainedKeys: [...new Set(keys)],
  }
}

/** What is read, and which values of which keys limit it. */
function ioLines(
  analysis: Analysis,
  sources: readonly PlannedSource[],
  explained: Explained,
  schema: string,
): readonly string[] {
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
  const io = { inputTableColumnInfos, ...outputTable(schema, explained) }
  return JSON.stringify(io, undefined, 2).split('\n')
}

function outputTable(schema: string, explained: Explained) {
  const table =
    explained.kind === 'change'
      ? explained.change.table
      : explained.kind === 'write' && explained.write.kind !== 'unload' && explained.write.table
  if (!table) return {}
  const schemaTable = { schema: table.at(-2) ?? schema, table: table.at(-1) }
  return { outputTable: { catalog: 'awsdatacatalog', schemaTable } }
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
