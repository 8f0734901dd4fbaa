import type { SnapshotChoice } from '#catalog/tables'
import { type Expression, type TimeTravel, analyzeQuery, macrosFor } from '#consumption/sql'
import { isLakeError } from '#kit'
import type { QueryEngine } from '#processing/engine'
import { failed } from '../planning/failure.ts'

export interface TravelParts {
  readonly engine: QueryEngine
  readonly startMs: number
  readonly parameters: readonly Expression[]
  readonly signal: AbortSignal
}

/**
 * The state of a table that FOR … AS OF asks for: a time of any kind, a snapshot's id, or the name of a branch or tag.
 * https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
 */
export async function snapshotChoice(
  travel: TimeTravel,
  parts: TravelParts,
): Promise<SnapshotChoice> {
  const where = `line ${travel.line}:${travel.column}: `
  const { kind, sql } = valueOf(travel, parts)
  if (travel.kind === 'version') {
    if (kind === 'varchar') return { ref: String(await evaluate(sql, where, parts)) }
    if (kind === 'integer' || kind === 'bigint') {
      return { snapshotId: BigInt(await evaluate(`CAST(${sql} AS BIGINT)`, where, parts)) }
    }
    throw failed(
      'TYPE_MISMATCH',
      `${where}Type ${kind} invalid. Iceberg table versions are bigint or varchar`,
    )
  }
  if (kind !== 'timestamp' && kind !== 'timestamptz' && kind !== 'date') {
    throw failed('TYPE_MISMATCH', `${where}Type ${kind} invalid. A time is a timestamp or a date`)
  }
  const instant = kind === 'timestamptz' ? sql : `CAST(${sql} AS TIMESTAMP)`
  return { asOfMs: Number(await evaluate(`epoch_ms(${instant})`, where, parts)) }
}

/** The expression's type and the engine's SQL of it: it may name no column. */
function valueOf(travel: TimeTravel, parts: TravelParts): { kind: string; sql: string } {
  const { line, column, value } = travel
  const at = { line, column }
  const analysis = analyzeQuery(
    {
      ctes: [],
      orderBy: [],
      body: {
        kind: 'select',
        distinct: false,
        items: [{ kind: 'item', expression: value, ...at }],
        from: [],
        groupBy: [],
        windows: [],
        ...at,
      },
      ...at,
    },
    {
      lookup: (names) => ({
        kind: 'missing',
        code: 'TableNotFound',
        message: `Table '${names.join('.')}' cannot be read here`,
      }),
      startMs: parts.startMs,
      parameters: parts.parameters,
    },
  )
  return { kind: analysis.columns[0]!.type.kind, sql: `(${analysis.sql})` }
}

async function evaluate(sql: string, where: string, parts: TravelParts): Promise<string> {
  try {
    const statements = [{ sql: `SELECT CAST(${sql} AS VARCHAR)` }]
    const task = { macros: macrosFor(sql), statements }
    const { rows } = await parts.engine.run(task, parts.signal)
    const value = rows[0]?.[0]
    if (value !== null && value !== undefined) return String(value)
  } catch (error) {
    if (!isLakeError(error, 'QueryFailed')) throw error
  }
  throw failed('INVALID_ARGUMENTS', `${where}Pointer value cannot be evaluated, or is NULL`)
}
